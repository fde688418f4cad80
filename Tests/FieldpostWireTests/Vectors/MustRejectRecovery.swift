import FieldpostCore
import SwiftProtobuf

@testable import FieldpostWire

/// The streams that end a session because of the messages for restores, forks and corruption.
enum MustRejectRecovery {
    static let all: [MustRejectCase] = known + fetches + fetched + locates + withheld + enrollment

    private static let known: [MustRejectCase] = [
        MustRejectStreams.hello("hello-predecessor-15", .malformedMessage, "A predecessor of 15 bytes.") {
            $0.predecessor.append(contentsOf: [UInt8](repeating: 1, count: 15))
        },
        feedPull("feed-pull-seen-seq-0", .malformedMessage, "An entry seen at seq 0.") { $0.seen.seq = 0 },
        feedPull("feed-pull-seen-seq-too-large", .limitExceeded, "An entry seen at seq 2^40.") {
            $0.seen.seq = Limits.seq + 1
        },
        feedPull("feed-pull-seen-hash-31", .malformedMessage, "A hash of 31 bytes.") { $0.seen.hash.removeLast() },
        receipt("receipt-quarantined-0", .malformedMessage, "Seq 0 is quarantined.") { $0.quarantined = [1, 0] },
        receipt("receipt-quarantined-too-large", .limitExceeded, "Seq 2^40 is quarantined.") {
            $0.quarantined = [Limits.seq + 1]
        },
        MustRejectStreams.list(
            "receipt-quarantined-1025", "A receipt of 1,025 seqs, one a field.", type: 6, [0x10, 1]),
        .frame(
            "receipt-quarantined-packed-1025", .limitExceeded, "A receipt of 1,025 seqs in one packed field.",
            RawFrame(type: 6, payload: [0x12, 0x81, 0x08] + Array(repeating: 1, count: 1025))),
    ]

    private static let fetches: [MustRejectCase] = [
        .frame("fetch-empty", .malformedMessage, "A fetch of nothing.", RawFrame(type: 14, payload: [])),
        .frame(
            "fetch-on-stream", .malformedMessage, "A fetch on stream 1.",
            RawFrame(type: 14, stream: 1, payload: [0x20, 1])),
        fetch("fetch-seq-0", "From seq 0.") { $0.first = 0 },
        fetch("fetch-seqs-reversed", "From seq 4 to 3.") { $0.first = 4 },
        fetch("fetch-seq-too-large", "To seq 2^40.") { $0.last = Limits.seq + 1 },
        fetch("fetch-origin-47", "An origin of 47 bytes.") { $0.origin.removeLast() },
        fetch("fetch-run-after", "A run after a dot.") { $0.after = dot(1) },
        fetch("fetch-foreign-run", "A run and foreign entries at once.") { $0.foreign = true },
        fetch("fetch-after-seq-0", "Foreign entries after seq 0.") {
            $0 = WireFetch()
            $0.foreign = true
            $0.after = dot(0)
        },
    ]

    private static let fetched: [MustRejectCase] = [
        fetched("fetched-endless", .malformedMessage, "Neither the last nor up to a dot.") { $0.clearUpTo() },
        fetched("fetched-up-to-seq-0", .malformedMessage, "Up to seq 0.") { $0.upTo.seq = 0 },
        fetched("fetched-data-alone", .malformedMessage, "Data without the header of its entries.") {
            $0.clearEntries()
        },
        fetched("fetched-codec", .badBatch, "Codec 2.") { $0.entries.codec = 2 },
        fetched("fetched-count-4097", .limitExceeded, "4,097 entries.") { $0.entries.count = 4097 },
        fetched("fetched-data-torn", .badBatch, "The last byte of the data is missing.") { $0.data.removeLast() },
        fetched("fetched-raw-2-gib", .inflateTooLarge, "2 GiB are named.") { $0.entries.rawBytes = 1 << 31 },
    ]

    private static let locates: [MustRejectCase] = [
        .frame("locate-empty", .malformedMessage, "No points.", RawFrame(type: 16, payload: [])),
        .frame(
            "locate-points-65", .limitExceeded, "65 points.",
            RawFrame(type: 16, payload: Array(repeatElement([0x0A, 0], count: 65).joined()))),
        locate("locate-seqs-descending", "The points of seqs 2 and 1, in this order.") { $0.points.swapAt(0, 1) },
        locate("locate-seq-twice", "The same point twice.") { $0.points[1] = $0.points[0] },
        locate("locate-origins-2", "Points of two origins.") {
            $0.points[1].origin.removeAll()
            $0.points[1].origin.append(contentsOf: Samples.central.bytes)
        },
        located("located-origin-47", .malformedMessage, "An origin of 47 bytes.") { $0.origin.removeLast() },
        located("located-seq-too-large", .limitExceeded, "The chains agree at seq 2^40.") {
            $0.agreed = Limits.seq + 1
        },
    ]

    private static let enrollment: [MustRejectCase] = [
        altered(
            "enroll-token-15", .malformedMessage, "A token of 15 bytes.", Samples.enrollment[0].message
        ) { (wire: inout WireEnroll) in wire.token.removeLast() },
        .frame(
            "enroll-grids-1025", .limitExceeded, "1,025 grids.",
            RawFrame(type: 18, payload: Array(repeatElement([0x12, 0], count: 1025).joined()))),
        .frame(
            "enrolled-grids-1025", .limitExceeded, "1,025 grids.",
            RawFrame(type: 19, payload: Array(repeatElement([0x22, 0], count: 1025).joined()))),
        altered(
            "enroll-name-too-long", .limitExceeded, "A name of 1,025 bytes.", Samples.enrollment[0].message
        ) { (wire: inout WireEnroll) in wire.name = String(repeating: "a", count: 1025) },
    ]

    private static let withheld: [MustRejectCase] = [
        MustRejectStreams.batch("batch-withheld-torn", .badBatch, "The data end inside a withheld entry's hash.") {
            $0.entries.codec = 0
            $0.entries.dictionary = 0
            $0.entries.count = 1
            $0.entries.rawBytes = 32
            $0.lastSeq = 1
            $0.data.removeAll()
            $0.data.append(contentsOf: [UInt8](repeating: 0, count: 32))
        },
        .frame(
            "feed-batch-withheld", .badBatch, "A feed batch that withholds an entry.",
            RawFrame(
                type: 9, stream: 1,
                payload: payload(of: .feedBatch(FeedBatch(stream: 1, upTo: Samples.cursor, body: withholding))))),
        .frame(
            "fetched-withheld", .badBatch, "A fetched without up_to that withholds an entry.",
            RawFrame(
                type: 15, payload: payload(of: .fetched(Fetched(upTo: nil, isLast: true, body: withholding))))),
    ]

    private static let withholding = BatchCodec.compress(Samples.withholding)

    private static func feedPull(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireFeedPull) -> Void
    ) -> MustRejectCase {
        let pull = FeedPull(stream: 1, after: Samples.cursor, creditBytes: 1, seen: Samples.seen)
        let payload = MustRejectStreams.altered(.feedPull(pull), WireFeedPull.self, alter)
        return .frame(name, violation, description, RawFrame(type: 8, stream: 1, payload: payload))
    }

    private static func receipt(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireReceipt) -> Void
    ) -> MustRejectCase {
        altered(name, violation, description, .receipt(Receipt(head: Samples.head)), alter)
    }

    private static func fetch(
        _ name: String, _ description: String, _ alter: (inout WireFetch) -> Void
    ) -> MustRejectCase {
        let fetch = Fetch(range: .run(Samples.origin, first: 2, last: 3))
        return altered(name, .malformedMessage, description, .fetch(fetch), alter)
    }

    private static func fetched(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireFetched) -> Void
    ) -> MustRejectCase {
        altered(name, violation, description, .fetched(Samples.fetched), alter)
    }

    private static func locate(
        _ name: String, _ description: String, _ alter: (inout WireLocate) -> Void
    ) -> MustRejectCase {
        altered(name, .malformedMessage, description, .locate(Samples.locate), alter)
    }

    private static func located(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireLocated) -> Void
    ) -> MustRejectCase {
        let located = Located(origin: Samples.origin, agreed: 1, differing: 2)
        return altered(name, violation, description, .located(located), alter)
    }

    /// A message on stream 0 with one change.
    private static func altered<Wire: SwiftProtobuf.Message>(
        _ name: String, _ violation: Violation.Code, _ description: String, _ message: FieldpostCore.Message,
        _ alter: (inout Wire) -> Void
    ) -> MustRejectCase {
        let type = MessageWriter.parts(of: message).type.rawValue
        let payload = MustRejectStreams.altered(message, Wire.self, alter)
        return .frame(name, violation, description, RawFrame(type: type, payload: payload))
    }

    private static func payload(of message: FieldpostCore.Message) -> [UInt8] {
        let frame = MessageEncoder.encode(message)
        return Array(frame[FrameLayout.headerBytes..<frame.count - FrameLayout.checksumBytes])
    }

    private static func dot(_ seq: UInt64) -> WireDot {
        .with {
            $0.origin.append(contentsOf: Samples.origin.bytes)
            $0.seq = seq
        }
    }
}
