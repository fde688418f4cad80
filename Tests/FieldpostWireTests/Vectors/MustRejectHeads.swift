import FieldpostCore
import Foundation
import SwiftProtobuf

@testable import FieldpostWire

/// The streams that end a session because of impossible heads, or other contents of a hello.
enum MustRejectHeads {
    static let all: [MustRejectCase] = [
        MustRejectStreams.hello("hello-frame-bytes", .limitExceeded, "Frames of a MiB at the most.") {
            $0.frameBytes = 1_048_576
        },
        MustRejectStreams.hello("hello-heads-twice", .malformedMessage, "Two heads of one origin.") {
            $0.heads.append($0.heads[0])
        },
        MustRejectStreams.hello("hello-receipts-twice", .malformedMessage, "Two receipts of one origin.") {
            $0.receipts.append($0.receipts[0])
        },
        MustRejectStreams.hello("hello-receipt-0-chain", .malformedMessage, "Seq 0 with another chain than H(0).") {
            $0.receipts[0].chain[0] ^= 1
        },
        heads("heads-twice", "Two heads of one origin, of different seqs.") {
            $0.heads.append($0.heads[0])
            $0.heads[1].seq = 2
        },
        heads("heads-0-chain", "Seq 0 with another chain than H(0).") { $0.heads[0].chain[0] ^= 1 },
        pull("pull-0-chain", "After seq 0, with another chain than H(0).") { $0.after.chain[0] ^= 1 },
        MustRejectStreams.batch("batch-stored-size", .badBatch, "Stored data of one byte more than raw_bytes.") {
            $0.entries.codec = 0
            $0.entries.dictionary = 0
            $0.data = MustRejectStreams.rawBatch
            $0.data.append(0)
            $0.entries.rawBytes = UInt32($0.data.count) - 1
        },
    ]

    private static func heads(
        _ name: String, _ description: String, _ alter: (inout WireHeads) -> Void
    ) -> MustRejectCase {
        let start = Head(origin: Samples.origin, seq: 0, chain: Chain.start(of: Samples.origin))
        let payload = MustRejectStreams.altered(.heads(Heads(heads: [start])), WireHeads.self, alter)
        return .frame(name, .malformedMessage, description, RawFrame(type: 2, payload: payload))
    }

    private static func pull(
        _ name: String, _ description: String, _ alter: (inout WirePull) -> Void
    ) -> MustRejectCase {
        let start = Head(origin: Samples.origin, seq: 0, chain: Chain.start(of: Samples.origin))
        let pull = FieldpostCore.Message.pull(Pull(stream: 1, after: start, creditBytes: 1))
        let payload = MustRejectStreams.altered(pull, WirePull.self, alter)
        return .frame(name, .malformedMessage, description, RawFrame(type: 3, stream: 1, payload: payload))
    }
}
