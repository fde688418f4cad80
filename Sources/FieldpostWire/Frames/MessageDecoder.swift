package import FieldpostCore

/// Decodes the bytes of one direction of a connection into messages: first the preamble, then frames.
///
/// Append bytes as they come, in pieces of any size, and take messages until `next` returns nil. A violation is final:
/// every later call throws it again. Memory grows only with received bytes, and never beyond one frame.
package struct MessageDecoder: Sendable {
    private enum State {
        case preamble
        case frames
        case failed(Violation)
    }

    private var state = State.preamble
    /// The peer's hello was read: from then on, frames may have up to `Limits.frameBytes`.
    private var isGreeted = false
    private var buffer: [UInt8] = []
    /// The index of the first unread byte.
    private var start = 0

    /// Expects the preamble, then frames no larger than a greeting needs. After a hello, larger frames are also
    /// accepted.
    package init() {}

    /// Adds bytes of the connection, in order. Take all messages before the next call.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= Limits.greetingFrameBytes)
            start = 0
        } else if start > buffer.count / 2 {
            buffer.removeSubrange(..<start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// After `next` returned nil: a frame has begun but is not complete.
    package var isInsideFrame: Bool { start < buffer.count }

    /// The next message, or nil when its bytes are not complete. Throws the peer's violation of the protocol. The same
    /// stream of bytes gives the same messages and the same violation, however it is cut into pieces.
    package mutating func next() throws(Violation) -> Message? {
        do throws(Violation) {
            switch state {
            case .preamble:
                guard try takePreamble() else { return nil }
                state = .frames
                return try takeFrame()
            case .frames:
                return try takeFrame()
            case .failed(let violation):
                throw violation
            }
        } catch {
            if case .failed = state { throw error }
            let violation = error.withAdvice
            state = .failed(violation)
            buffer = []
            start = 0
            throw violation
        }
    }

    /// Call this when the connection has ended. Throws `frameTooSmall` when it ended inside a frame or the preamble.
    /// The bytes of that frame are lost, as with any broken link, and no goodbye can be sent.
    package func finish() throws(Violation) {
        if case .failed(let violation) = state { throw violation }
        let left = buffer.count - start
        guard left == 0 else {
            throw Violation(.frameTooSmall, "the connection ended inside a frame, \(left) bytes after its start")
                .withAdvice
        }
    }

    private mutating func takePreamble() throws(Violation) -> Bool {
        try Preamble.check(buffer[start...])
        guard buffer.count - start >= Preamble.bytes.count else { return false }
        start += Preamble.bytes.count
        return true
    }

    /// Checks each part of the header as soon as it is there, and only then waits for the rest.
    private mutating func takeFrame() throws(Violation) -> Message? {
        let available = buffer.count - start
        guard available >= FrameLayout.lengthBytes else { return nil }
        let body = Int(FrameLayout.readUInt32(buffer, at: start))
        try Self.checkLength(body, isGreeted: isGreeted)
        guard available >= FrameLayout.headerBytes else { return nil }
        let header = try Self.readHeader(buffer, at: start)
        guard available >= FrameLayout.lengthBytes + body else { return nil }

        let end = start + FrameLayout.lengthBytes + body - FrameLayout.checksumBytes
        guard FrameLayout.checksum(buffer[start..<end]) == FrameLayout.readUInt32(buffer, at: end) else {
            throw Violation(.badChecksum, "a frame of type \(header.type.rawValue) does not match its CRC-32")
        }
        let payload = start + FrameLayout.headerBytes..<end
        start = end + FrameLayout.checksumBytes
        let message = try MessageReader(type: header.type, stream: header.stream, buffer: buffer, payload: payload)
            .read()
        if case .hello = message { isGreeted = true }
        return message
    }

    static func checkLength(_ body: Int, isGreeted: Bool) throws(Violation) {
        let limit = isGreeted ? Limits.frameBytes : Limits.greetingFrameBytes
        guard body <= limit else {
            throw Violation(.frameTooLarge, "a frame of \(body) bytes; the limit is \(limit)")
        }
        guard body >= FrameLayout.leastBody else {
            throw Violation(.frameTooSmall, "a frame of \(body) bytes; the smallest has \(FrameLayout.leastBody)")
        }
    }

    /// `buffer` has the whole header of the frame at `start`.
    static func readHeader(
        _ buffer: [UInt8], at start: Int
    ) throws(Violation) -> (type: FrameType, stream: UInt16) {
        let typeByte = buffer[start + 4]
        let flags = buffer[start + 5]
        let stream = FrameLayout.readUInt16(buffer, at: start + 6)
        guard let type = FrameType(rawValue: typeByte) else {
            throw Violation(.unknownFrame, "a frame of type \(typeByte)")
        }
        guard flags == 0 else {
            throw Violation(.malformedMessage, "flags \(flags) in a \(type) frame; version 1 has none")
        }
        guard type.usesStream == (stream != 0) else {
            throw Violation(.malformedMessage, "a \(type) frame on stream \(stream)")
        }
        return (type, stream)
    }
}
