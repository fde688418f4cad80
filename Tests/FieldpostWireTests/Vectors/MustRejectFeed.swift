import FieldpostCore
import SwiftProtobuf

@testable import FieldpostWire

/// The streams that end a session because of the scope in a feed batch.
enum MustRejectFeed {
    static let all: [MustRejectCase] = [
        withdrawn("feed-batch-empty", .badBatch, "A feed batch with up_to alone.") {
            $0.withdrawn = []
            $0.vacated = []
        },
        withdrawn("feed-batch-withdrawn-15", .malformedMessage, "A withdrawn report's id of 15 bytes.") {
            $0.withdrawn[0].removeLast()
        },
        withdrawn("feed-batch-vacated-seq-0", .malformedMessage, "What stands at seq 0.") { $0.vacated[0].seq = 0 },
        withdrawn("feed-batch-data-alone", .malformedMessage, "Data without the header of their entries.") {
            $0.data.append(1)
        },
        .frame(
            "feed-batch-withdrawn-1025", .limitExceeded, "1,025 withdrawn reports.",
            RawFrame(type: 9, stream: 1, payload: Array(repeatElement([0x12, 0], count: 1025).joined()))),
        .frame(
            "feed-batch-vacated-1025", .limitExceeded, "1,025 vacated dots.",
            RawFrame(type: 9, stream: 1, payload: Array(repeatElement([0x1A, 0], count: 1025).joined()))),
    ]

    private static func withdrawn(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireFeedBatch) -> Void
    ) -> MustRejectCase {
        let batch = FeedBatch(
            stream: 1, upTo: Samples.cursor, withdrawn: [Samples.created.report], vacated: [Samples.seen], body: nil)
        let payload = MustRejectStreams.altered(.feedBatch(batch), WireFeedBatch.self, alter)
        return .frame(name, violation, description, RawFrame(type: 9, stream: 1, payload: payload))
    }
}
