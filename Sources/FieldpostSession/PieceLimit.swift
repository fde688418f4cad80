import FieldpostCore

/// How much of a blob is read at once, and sent in one message.
package struct PieceLimit: Hashable, Sendable {
    /// The most bytes of a message.
    package let bytes: Int
    /// About how many bytes are read at once.
    package let readBytes: Int

    package init(bytes: Int, readBytes: Int) {
        self.bytes = max(1, bytes)
        self.readBytes = readBytes
    }

    private static let chunk = UInt64(Limits.blobPieceBytes)

    /// Where a read from an offset on ends. That is where a chunk of the store ends, so that each chunk is checked
    /// once; or before, on a slow link.
    package func end(after offset: UInt64, credit: Int) -> UInt64 {
        let next = (offset / Self.chunk + 1) * Self.chunk
        guard bytes >= Limits.blobPieceBytes else { return min(next, offset + UInt64(bytes)) }
        return max(next, (offset + UInt64(max(0, min(credit, readBytes)))) / Self.chunk * Self.chunk)
    }

    /// Divides what was read into messages, with their offsets.
    package func pieces(of range: Range<UInt64>, _ data: [UInt8]) -> [(offset: UInt64, data: [UInt8])] {
        var (pieces, offset): ([(UInt64, [UInt8])], UInt64) = ([], range.lowerBound)
        while offset < range.upperBound {
            let end = min(range.upperBound, (offset / Self.chunk + 1) * Self.chunk)
            let start = Int(offset - range.lowerBound)
            let isWhole = end == range.upperBound && start == 0
            pieces.append((offset, isWhole ? data : Array(data[start..<Int(end - range.lowerBound)])))
            offset = end
        }
        return pieces
    }
}
