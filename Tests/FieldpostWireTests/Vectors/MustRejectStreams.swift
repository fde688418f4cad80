import FieldpostCore
import Foundation
import SwiftProtobuf

@testable import FieldpostWire

/// The streams that end a session, in Protocol/must-reject.
enum MustRejectStreams {
    static let all: [MustRejectCase] = framing + messages + lists + batches

    private static let framing: [MustRejectCase] = [
        .stream("preamble-foreign", .badPreamble, "An HTTP request.", [.init(Array("GET / HTTP/1.1\r\n".utf8))]),
        .stream("preamble-version-2", .unsupportedVersion, "Version 2.", [.init(Array("FLDPST".utf8) + [0, 2])]),
        .stream(
            "length-2-gib", .frameTooLarge, "A frame that says it has 2 GiB - 1 bytes; nothing follows.",
            [.init(Preamble.bytes + [0x7F, 0xFF, 0xFF, 0xFF])]),
        .stream(
            "length-above-greeting", .frameTooLarge, "One byte more than a frame before the hellos may have.",
            [.init(Preamble.bytes + [0x00, 0x00, 0x40, 0x01])]),
        .stream(
            "length-above-session", .frameTooLarge, "After a hello, one byte more than any frame may have.",
            [.init(Preamble.bytes + MessageEncoder.encode(.hello(Samples.hello)) + [0x00, 0x11, 0x00, 0x01])]),
        .stream(
            "length-7", .frameTooSmall, "A body shorter than its fixed parts.",
            [.init(Preamble.bytes + [0, 0, 0, 7, 11, 0, 0, 0, 0, 0, 0])]),
        .stream(
            "torn-frame", .frameTooSmall, "The connection ends one byte before the frame does.",
            [.init(Preamble.bytes + MessageEncoder.encode(.ping(Ping(token: 1))).dropLast())]),
        .frame(
            "checksum", .badChecksum, "One bit of the CRC-32 is wrong.",
            RawFrame(type: 11, payload: [8, 1], checksumMask: 1)),
        .frame("type-unknown", .unknownFrame, "Type 99.", RawFrame(type: 99, payload: [])),
        .frame("type-0", .unknownFrame, "Type 0.", RawFrame(type: 0, payload: [])),
        .frame(
            "flags", .malformedMessage, "A flag, of which version 1 has none.",
            RawFrame(type: 11, flags: 1, payload: [8, 1])),
        .frame(
            "ping-on-stream", .malformedMessage, "A ping on stream 1.", RawFrame(type: 11, stream: 1, payload: [8, 1])),
        .frame("credit-without-stream", .malformedMessage, "Credit on stream 0.", RawFrame(type: 7, payload: [8, 1])),
    ]

    private static let messages: [MustRejectCase] = [
        .frame(
            "varint-truncated", .malformedMessage, "A varint that does not end.",
            RawFrame(type: 11, payload: [8, 0x80])),
        .frame(
            "varint-too-long", .malformedMessage, "A varint of eleven bytes.",
            RawFrame(type: 11, payload: [8] + Array(repeating: 0x80, count: 10) + [1])),
        .frame("field-0", .malformedMessage, "A field numbered 0.", RawFrame(type: 11, payload: [0, 1])),
        .frame(
            "group", .malformedMessage, "A group, which version 1 has none of.",
            RawFrame(type: 11, payload: [0x13, 0x14])),
        .frame(
            "field-too-long", .malformedMessage, "A field that reaches beyond its message.",
            RawFrame(type: 13, payload: [0x12, 5, 0x61])),
        .frame(
            "text-not-utf-8", .malformedMessage, "A goodbye whose detail is the byte FF.",
            RawFrame(type: 13, payload: [0x12, 1, 0xFF])),
        .frame(
            "text-too-long", .limitExceeded, "A goodbye with a detail of 1,025 bytes.",
            RawFrame(type: 13, payload: wire(WireGoodbye.with { $0.detail = String(repeating: "a", count: 1025) }))),
        .frame(
            "goodbye-code", .malformedMessage, "A goodbye with code 65,536.",
            RawFrame(type: 13, payload: wire(WireGoodbye.with { $0.code = 65_536 }))),
        .frame("hello-empty", .malformedMessage, "A hello that says nothing.", RawFrame(type: 1, payload: [])),
        hello("hello-role", .malformedMessage, "Role 3.") { $0.role = .UNRECOGNIZED(3) },
        hello("hello-node-31", .malformedMessage, "A node of 31 bytes.") { $0.node.removeLast() },
        hello("hello-boot-17", .malformedMessage, "A boot of 17 bytes.") { $0.boot.append(0) },
        hello("hello-origin-47", .malformedMessage, "A head whose origin has 47 bytes.") {
            $0.heads[0].origin.removeLast()
        },
        hello("hello-grid-too-long", .limitExceeded, "A grid of 257 bytes.") {
            $0.grids = [String(repeating: "a", count: 257)]
        },
        .frame(
            "seq-too-large", .limitExceeded, "A head at seq 2^40.",
            RawFrame(type: 4, payload: altered(.announce(Samples.head), WireAnnounce.self) { $0.head.seq = 1 << 40 })),
        .frame(
            "position-too-large", .limitExceeded, "A feed cursor at position 2^63.",
            RawFrame(
                type: 10,
                payload: wire(
                    WireFeedReceipt.with {
                        $0.cursor.incarnation.append(contentsOf: Samples.central.incarnation.bytes)
                        $0.cursor.position = 1 << 63
                    }))),
    ]

    private static let lists: [MustRejectCase] = [
        list("heads-1025", "A heads message of 1,025 heads.", type: 2, [0x0A, 0]),
        list("hello-heads-1025", "A hello of 1,025 heads.", type: 1, [0x52, 0]),
        list("hello-receipts-1025", "A hello of 1,025 receipts.", type: 1, [0x5A, 0]),
        list("hello-grids-1025", "A hello of 1,025 grids.", type: 1, [0x62, 0]),
        list("hello-dictionaries-1025", "A hello of 1,025 dictionaries, one a field.", type: 1, [0x48, 1]),
        .frame(
            "hello-dictionaries-packed-1025", .limitExceeded, "A hello of 1,025 dictionaries in one packed field.",
            RawFrame(type: 1, payload: [0x4A, 0x81, 0x08] + Array(repeating: 1, count: 1025))),
    ]

    private static let batches: [MustRejectCase] = [
        batch("batch-codec", .badBatch, "Codec 2.") { $0.entries.codec = 2 },
        batch("batch-dictionary", .badBatch, "Dictionary 2.") { $0.entries.dictionary = 2 },
        batch("batch-stored-dictionary", .badBatch, "Stored, with a dictionary.") {
            $0.entries.codec = 0
            $0.data = rawBatch
        },
        batch("batch-count-0", .badBatch, "No entries.") { $0.entries.count = 0 },
        batch("batch-count-4097", .limitExceeded, "4,097 entries.") {
            $0.entries.count = 4097
            $0.lastSeq = 4097
        },
        batch("batch-count-seqs", .badBatch, "2 entries for seq 1 to 3.") { $0.lastSeq = 3 },
        batch("batch-seq-0", .badBatch, "A batch from seq 0.") { $0.firstSeq = 0 },
        batch("batch-seqs-reversed", .badBatch, "A batch from seq 2 to 1.") {
            $0.firstSeq = 2
            $0.lastSeq = 1
        },
        batch("batch-chain-31", .malformedMessage, "A chain value of 31 bytes.") { $0.chainBefore.removeLast() },
        batch("batch-too-many", .badBatch, "1 entry named, 2 in the data.") {
            $0.entries.count = 1
            $0.lastSeq = 1
        },
        batch("batch-too-few", .badBatch, "3 entries named, 2 in the data.") {
            $0.entries.count = 3
            $0.lastSeq = 3
        },
        batch("batch-raw-short", .badBatch, "The entries have one byte more than is named.") {
            $0.entries.rawBytes -= 1
        },
        batch("batch-raw-long", .badBatch, "The entries have one byte fewer than is named.") {
            $0.entries.rawBytes += 1
        },
        batch("batch-raw-2-gib", .inflateTooLarge, "2 GiB are named.") { $0.entries.rawBytes = 1 << 31 },
        batch("batch-data-torn", .badBatch, "The last byte of the data is missing.") { $0.data.removeLast() },
        batch("batch-data-after-end", .badBatch, "A byte follows the deflate stream.") { $0.data.append(0) },
        batch("batch-data-none", .inflateTooLarge, "No data.") { $0.data.removeAll() },
        bomb(
            "bomb-claimed", "1 MiB of zeros in about 1 KiB, as named: more than 1:100.",
            claimed: UInt32(Limits.batchRawBytes)),
        bomb("bomb-hidden", "1 MiB of zeros in about 1 KiB, of which 64 KiB are named.", claimed: 64 * 1024),
    ]

    /// The raw form of the valid batch's entries.
    static let rawBatch: Data = {
        var raw: [UInt8] = []
        for entry in [Samples.created, Samples.editedAtGateway].map(EntryCodec().encode) {
            Varint.append(UInt64(entry.count), to: &raw)
            raw += entry
        }
        return Data(raw)
    }()

    static func list(_ name: String, _ description: String, type: UInt8, _ element: [UInt8]) -> MustRejectCase {
        let payload = Array(repeatElement(element, count: Limits.listedOrigins + 1).joined())
        return .frame(name, .limitExceeded, description, RawFrame(type: type, payload: payload))
    }

    static func hello(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireHello) -> Void
    ) -> MustRejectCase {
        .frame(
            name, violation, description,
            RawFrame(type: 1, payload: altered(.hello(Samples.hello), WireHello.self, alter)))
    }

    static func batch(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireBatch) -> Void
    ) -> MustRejectCase {
        let payload = altered(.batch(Samples.batch), WireBatch.self, alter)
        return .frame(name, violation, description, RawFrame(type: 5, stream: 1, payload: payload))
    }

    private static func bomb(_ name: String, _ description: String, claimed: UInt32) -> MustRejectCase {
        let zeros = Deflater.deflate([UInt8](repeating: 0, count: Limits.batchRawBytes), dictionary: [])
        return batch(name, .inflateTooLarge, description) {
            $0.entries.dictionary = 0
            $0.entries.rawBytes = claimed
            $0.data.removeAll()
            $0.data.append(contentsOf: zeros)
        }
    }

    /// The payload of a message with one change.
    static func altered<Wire: SwiftProtobuf.Message>(
        _ message: FieldpostCore.Message, _: Wire.Type, _ alter: (inout Wire) -> Void
    ) -> [UInt8] {
        let frame = MessageEncoder.encode(message)
        let payload = Array(frame[FrameLayout.headerBytes..<frame.count - FrameLayout.checksumBytes])
        guard var wire = try? Wire(serializedBytes: payload) else {
            preconditionFailure("an own message cannot be parsed")
        }
        alter(&wire)
        return self.wire(wire)
    }

    static func wire(_ message: some SwiftProtobuf.Message) -> [UInt8] {
        guard let bytes: [UInt8] = try? message.serializedBytes() else { preconditionFailure("no required fields") }
        return bytes
    }
}
