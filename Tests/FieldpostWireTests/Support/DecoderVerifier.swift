import FieldpostCore
import FieldpostWire
import Testing

/// Feeds a stream of bytes to the decoder in every way that a network may cut it. The outcome must always be the same.
enum DecoderVerifier {
    struct Outcome: Equatable {
        var messages: [Message] = []
        var violation: Violation?
    }

    /// The content of the stream, after feeding it whole, byte by byte, and in two pieces split at every point.
    static func outcome(of stream: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) -> Outcome {
        let whole = feed([stream[...]])
        let single = feed(stream.indices.map { stream[$0...$0] })
        #expect(single == whole, "byte by byte", sourceLocation: sourceLocation)
        // All points in short streams, about a thousand in long ones.
        for point in stride(from: 1, to: stream.count, by: max(1, stream.count / 1000)) {
            let split = feed([stream[..<point], stream[point...]])
            #expect(split == whole, "split at \(point)", sourceLocation: sourceLocation)
        }
        return whole
    }

    static func feed(_ pieces: [ArraySlice<UInt8>]) -> Outcome {
        var decoder = MessageDecoder()
        var outcome = Outcome()
        do throws(Violation) {
            for piece in pieces {
                decoder.append(piece)
                while let message = try decoder.next() { outcome.messages.append(message) }
            }
            try decoder.finish()
        } catch {
            outcome.violation = error
        }
        return outcome
    }
}
