import FieldpostCore
import NIOCore

/// Splits the body of a stream into lines. Memory: one line, and one part of the body.
struct LineSplitter {
    /// A line is longer than `Limits.requestBodyBytes`.
    struct TooLong: Error, Hashable {}

    private var rest = ByteBuffer()
    /// Bytes of the unfinished line that contain no line feed.
    private var scanned = 0

    mutating func append(_ part: ByteBuffer) {
        var part = part
        if rest.readableBytes == 0 { rest = part } else { rest.writeBuffer(&part) }
    }

    /// The next complete line, without its line feed. Nil if it has not arrived yet.
    mutating func next() throws(TooLong) -> [UInt8]? {
        let view = rest.readableBytesView
        guard let end = view[(view.startIndex + scanned)...].firstIndex(of: UInt8(ascii: "\n")) else {
            scanned = view.count
            rest.discardReadBytes()
            guard scanned <= Limits.requestBodyBytes else { throw TooLong() }
            return nil
        }
        let length = end - view.startIndex
        guard length <= Limits.requestBodyBytes else { throw TooLong() }
        let line = rest.readBytes(length: length)
        rest.moveReaderIndex(forwardBy: 1)
        scanned = 0
        return line
    }

    /// What follows the last line feed, when the body has ended.
    mutating func last() -> [UInt8] { rest.readBytes(length: rest.readableBytes) ?? [] }
}
