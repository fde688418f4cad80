package import FieldpostCore

/// The bytes of one direction of a connection, as messages: first the preamble, then frames.
///
/// Feed bytes as they come, in pieces of any size; take messages out until `next` answers nil. A violation is final: it
/// comes again at every later call. Memory grows only with bytes that really came, and no further than one frame.
package struct MessageDecoder: Sendable {
    private enum State {
        case preamble
        case frames
        case failed(Violation)
    }

    private var state = State.preamble
    /// The peer's hello came: frames up to `Limits.frameBytes` from then on.
    private var isGreeted = false
    private var buffer: [UInt8] = []
    /// Where the bytes start that are not taken yet.
    private var start = 0

    /// Expects the preamble, then frames no larger than a greeting needs; once a hello was read, larger ones too.
    package init() {}

    /// Bytes of the connection, in order. Take the messages out before feeding more.
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

    /// A frame has begun to come and is not whole, once `next` has answered nil.
    package var isInsideFrame: Bool { start < buffer.count }

    /// The next message, or nil when its bytes are not all there. Throws what the peer did against the protocol; the
    /// same stream of bytes gives the same messages and the same violation however it is cut.
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

    /// The connection ended. Throws `frameTooSmall` when it did so inside a frame or the preamble: what came of that
    /// frame is lost, as after any cut link, and no goodbye can be sent.
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
        try checkLength(body)
        guard available >= FrameLayout.headerBytes else { return nil }
        let header = try readHeader()
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

    private func checkLength(_ body: Int) throws(Violation) {
        let limit = isGreeted ? Limits.frameBytes : Limits.greetingFrameBytes
        guard body <= limit else {
            throw Violation(.frameTooLarge, "a frame of \(body) bytes, where \(limit) are allowed")
        }
        guard body >= FrameLayout.leastBody else {
            throw Violation(.frameTooSmall, "a frame of \(body) bytes, where the least has \(FrameLayout.leastBody)")
        }
    }

    private func readHeader() throws(Violation) -> (type: FrameType, stream: UInt16) {
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
