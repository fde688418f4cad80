import CZlib
import FieldpostCore
import FieldpostWire

/// The payload of a frame. A fuzzer could not guess the checksum, so it is added here.
enum MessageTarget {
    /// Length, type, flags and stream before the payload, checksum after it.
    private static let (lengthBytes, headerBytes, checksumBytes) = (4, 8, 4)

    /// Input: type, stream (2 bytes), payload.
    static func run(_ bytes: [UInt8]) {
        guard bytes.count >= 3 else { return }
        let body = [bytes[0], 0, bytes[1], bytes[2]] + bytes[3...]
        var frame = bigEndian(UInt32(body.count + checksumBytes)) + body
        frame += bigEndian(UInt32(truncatingIfNeeded: crc32(0, frame, UInt32(frame.count))))
        let stream = Preamble.bytes + FrameTarget.greeting + frame
        let outcome = FrameTarget.read([stream[...]])
        precondition(outcome.messages.count == 2 || outcome.violation != nil, "a frame was skipped silently")
        for message in outcome.messages.dropFirst() {
            FrameTarget.check(message)
            if case .batch(let batch) = message { BatchTarget.check(batch.body) }
            if case .thumbnail(let piece) = message { RecognitionTarget.run(piece.data) }
            if case .early(let entry) = message { EntryTarget.run(entry.bytes) }
        }
    }

    /// The inputs that give the frames of a stream.
    static func inputs(from stream: [UInt8]) -> [[UInt8]] {
        var inputs: [[UInt8]] = []
        var start = Preamble.bytes.count
        while start + headerBytes + checksumBytes <= stream.count {
            let body = stream[start..<start + lengthBytes].reduce(0) { $0 << 8 | Int($1) }
            let end = start + lengthBytes + body - checksumBytes
            guard body >= headerBytes, end <= stream.count else { break }
            let stem = [stream[start + 4], stream[start + 6], stream[start + 7]]
            inputs.append(stem + stream[(start + headerBytes)..<end])
            start = end + checksumBytes
        }
        return inputs
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}
