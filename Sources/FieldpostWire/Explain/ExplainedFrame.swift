package import FieldpostCore

/// One frame: where it is, and what it says.
package struct ExplainedFrame: Sendable {
    /// Of its first byte.
    package let offset: Int
    /// With its length and its checksum.
    package let byteCount: Int
    package let type: UInt8
    /// Nil for a type that this version does not know.
    package let name: String?
    package let stream: UInt16
    /// The parts of its message. Empty when it could not be read.
    package var fields: [(name: String, value: ExplainedValue)] = []
    /// The entries that it carries, in order.
    package var entries: [ExplainedEntry] = []
    /// Why the frame, or its entries, could not be read.
    package var fault: Violation?

    package var isSound: Bool { fault == nil && entries.allSatisfy { $0.fault == nil } }

    /// Throws a violation when the frame has no end that can be believed: its length is impossible, or the bytes end
    /// before it does. Everything else is in `fault`.
    init(_ bytes: [UInt8], at offset: Int, isGreeted: Bool, showsValues: Bool) throws(Violation) {
        let left = bytes.count - offset
        guard left >= FrameLayout.lengthBytes else {
            throw Violation(.frameTooSmall, "\(left) bytes are left, and a length has \(FrameLayout.lengthBytes)")
        }
        let body = Int(FrameLayout.readUInt32(bytes, at: offset))
        try MessageDecoder.checkLength(body, isGreeted: isGreeted)
        guard left >= FrameLayout.headerBytes else {
            throw Violation(.frameTooSmall, "the bytes end inside the header of a frame of \(body) bytes")
        }
        let (end, typeByte) = (offset + FrameLayout.lengthBytes + body, bytes[offset + FrameLayout.lengthBytes])
        // The reader of a session sees the header before the rest. So do we, when the rest is missing.
        var header: (type: FrameType, stream: UInt16)?
        do throws(Violation) {
            header = try MessageDecoder.readHeader(bytes, at: offset)
        } catch {
            guard end <= bytes.count else { throw error }
            fault = error
        }
        guard end <= bytes.count else {
            throw Violation(
                .frameTooSmall, "the frame has \(body + FrameLayout.lengthBytes) bytes, and \(left) of them are here")
        }
        self.offset = offset
        byteCount = end - offset
        type = typeByte
        name = FrameType(rawValue: typeByte).map { "\($0)" }
        stream = FrameLayout.readUInt16(bytes, at: offset + 6)
        guard let header else { return }
        let checksum = end - FrameLayout.checksumBytes
        guard FrameLayout.checksum(bytes[offset..<checksum]) == FrameLayout.readUInt32(bytes, at: checksum) else {
            fault = Violation(.badChecksum, "the CRC-32 at offset \(checksum) is not that of the frame")
            return
        }
        do throws(Violation) {
            let message = try MessageReader(
                type: header.type, stream: header.stream, buffer: bytes,
                payload: offset + FrameLayout.headerBytes..<checksum
            ).read()
            fields = ExplainedValue.fields(of: message, showsValues: showsValues)
            entries = try ExplainedEntry.all(in: message, showsValues: showsValues)
        } catch {
            fault = error
        }
    }
}
