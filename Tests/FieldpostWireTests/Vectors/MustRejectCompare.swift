import FieldpostCore
import SwiftProtobuf

@testable import FieldpostWire

/// The streams that end a session because of a comparison.
enum MustRejectCompare {
    static let all: [MustRejectCase] = [
        .frame(
            "compare-on-stream", .malformedMessage, "A comparison on stream 1.",
            RawFrame(type: 34, stream: 1, payload: [0x08, 2])),
        compare("compare-subject-0", .malformedMessage, "A comparison of nothing.") { $0.subject = 0 },
        compare("compare-subject-6", .malformedMessage, "A comparison of an unknown subject.") { $0.subject = 6 },
        compare("compare-origin-47", .malformedMessage, "An origin of 47 bytes.") { $0.origin.removeLast() },
        compare("compare-part-0", .malformedMessage, "Parts of no seq.") { $0.partSize = 0 },
        compare("compare-part-33", .malformedMessage, "Parts of 33 seqs.") { $0.partSize = 33 },
        compare("compare-no-ranges", .malformedMessage, "No ranges.") { $0.ranges = [] },
        compare("compare-257-ranges", .limitExceeded, "257 ranges.") { wire in
            wire.partSize = 1
            wire.ranges = (0...256).map { number in
                .with {
                    $0.first = UInt64(number) * 2
                    $0.last = UInt64(number) * 2
                }
            }
        },
        compare("compare-reversed", .malformedMessage, "From seq 2,047 to 1,024.") {
            ($0.ranges[0].first, $0.ranges[0].last) = (2047, 1024)
        },
        compare("compare-overlap", .malformedMessage, "Ranges that share a seq.") { $0.ranges[1].first = 1024 },
        compare("compare-seq-too-large", .malformedMessage, "Up to seq 2^40.") { $0.ranges[1].last = Limits.seq + 1 },
        compare("compare-unaligned", .malformedMessage, "Parts of 1,024 seqs that begin at 1.") {
            $0.ranges[0].first = 1
        },
        compare("compare-4097-parts", .limitExceeded, "4,097 parts.") {
            $0.ranges = [Samples.range(0, 4096 * 1024)]
        },
        compare("compare-deep-32769", .limitExceeded, "32,769 seqs to be read again.") {
            ($0.deep, $0.ranges) = (true, [Samples.range(0, 32_768)])
        },
        compare("compare-slot-65536", .malformedMessage, "Slot 65,536.") {
            ($0.subject, $0.ranges) = (2, [Samples.range(0, 65_536)])
        },
        compare("compare-65-named-slots", .limitExceeded, "The reports of 65 slots.") {
            ($0.subject, $0.partSize, $0.ranges) = (3, 1, [Samples.range(0, 64)])
        },
        compare("compare-rows-twice", .malformedMessage, "Rows after two numbers.") {
            ($0.subject, $0.ranges) = (4, [Samples.range(0, 0), Samples.range(5, 5)])
        },
        compare("compare-lacking-seq-0", .malformedMessage, "Seq 0 lacks.") { $0.subject = 5 },
        compared("compared-digests-7", .malformedMessage, "A digest of 7 bytes.") { $0.digests.removeLast() },
        .stream(
            "compared-4097-digests", .limitExceeded, "4,097 digests.",
            [
                .init(Preamble.bytes + MessageEncoder.encode(.hello(Samples.hello))),
                .init(MessageEncoder.encode(.compared(Compared(digests: [UInt64](repeating: 1, count: 4097))))),
            ]),
        compared("compared-reports-23", .malformedMessage, "A report of 23 bytes.") {
            $0.reports = .init(repeating: 1, count: 23)
        },
        compared("compared-report-twice", .malformedMessage, "A report named twice.") {
            $0.reports = .init(repeating: 1, count: 48)
        },
        compared("compared-repaired-15", .malformedMessage, "A repaired report of 15 bytes.") {
            $0.repaired = .init(repeating: 1, count: 15)
        },
        compared("compared-101-repaired", .limitExceeded, "101 repaired reports.") {
            $0.repaired = .init(repeating: 1, count: 101 * 16)
        },
    ]

    private static func compare(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireCompare) -> Void
    ) -> MustRejectCase {
        let compare = Compare(.entries(Samples.origin), [0...1024, 2048...5000], partSize: 1024)
        let payload = MustRejectStreams.altered(.compare(compare), WireCompare.self, alter)
        return .frame(name, violation, description, RawFrame(type: 34, payload: payload))
    }

    private static func compared(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireCompared) -> Void
    ) -> MustRejectCase {
        let answer = Compared(digests: [1, 2])
        let payload = MustRejectStreams.altered(.compared(answer), WireCompared.self, alter)
        return .frame(name, violation, description, RawFrame(type: 35, payload: payload))
    }
}

extension Samples {
    fileprivate static func range(_ first: UInt64, _ last: UInt64) -> WireRange {
        .with {
            $0.first = first
            $0.last = last
        }
    }
}
