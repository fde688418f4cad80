import FieldpostCore
import SwiftProtobuf

@testable import FieldpostWire

/// The streams that end a session because of an entry ahead of its chain, or of its receipt.
enum MustRejectEarly {
    static let all: [MustRejectCase] = [
        .frame(
            "early-missing-parts", .malformedMessage, "An early entry of nothing.", RawFrame(type: 27, payload: [])),
        .frame(
            "early-on-stream", .malformedMessage, "An early entry on stream 1.",
            RawFrame(type: 27, stream: 1, payload: [0x10, 1])),
        early("early-without-bytes", .malformedMessage, "No bytes of the entry.") { $0.entry.removeAll() },
        early("early-origin-47", .malformedMessage, "An origin of 47 bytes.") { $0.origin.removeLast() },
        early("early-seq-0", .malformedMessage, "An entry at seq 0.") { $0.seq = 0 },
        early("early-seq-too-large", .limitExceeded, "An entry at seq 2^40.") { $0.seq = Limits.seq + 1 },
        tooLarge,
        .frame(
            "early-receipt-missing-parts", .malformedMessage, "A receipt for nothing.",
            RawFrame(type: 28, payload: [])),
        receipt("early-receipt-hash-31", .malformedMessage, "A hash of 31 bytes.") { $0.hash.removeLast() },
        receipt("early-receipt-seq-0", .malformedMessage, "A receipt for seq 0.") { $0.seq = 0 },
        receipt("early-receipt-seq-too-large", .limitExceeded, "A receipt for seq 2^40.") { $0.seq = Limits.seq + 1 },
    ]

    /// After a hello, because no frame before it may be so large.
    private static var tooLarge: MustRejectCase {
        let count = Limits.earlyEntryBytes + 1
        let payload = MustRejectStreams.altered(.early(Samples.early), WireEarly.self) {
            $0.entry.removeAll()
            $0.entry.append(contentsOf: [UInt8](repeating: 0, count: count))
        }
        let frame = RawFrame(type: 27, payload: payload).bytes
        let start = frame.dropLast(count + FrameLayout.checksumBytes)
        return .stream(
            "early-entry-too-large", .limitExceeded, "After a hello, an entry of 32,769 bytes.",
            [
                .init(Preamble.bytes + MessageEncoder.encode(.hello(Samples.hello)) + start), .init([0], times: count),
                .init(Array(frame.suffix(FrameLayout.checksumBytes))),
            ])
    }

    private static func early(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireEarly) -> Void
    ) -> MustRejectCase {
        let payload = MustRejectStreams.altered(.early(Samples.early), WireEarly.self, alter)
        return .frame(name, violation, description, RawFrame(type: 27, payload: payload))
    }

    private static func receipt(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireEarlyReceipt) -> Void
    ) -> MustRejectCase {
        let payload = MustRejectStreams.altered(.earlyReceipt(Samples.seen), WireEarlyReceipt.self, alter)
        return .frame(name, violation, description, RawFrame(type: 28, payload: payload))
    }
}
