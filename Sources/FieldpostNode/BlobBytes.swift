import FieldpostMedia
package import FieldpostStore

/// A blob as the parsers of `FieldpostMedia` read it.
package struct BlobBytes: RandomAccessBytes, Sendable {
    private let content: any BlobContent

    package init(_ content: any BlobContent) { self.content = content }

    package var byteCount: Int { Int(clamping: content.byteCount) }

    package func read(at offset: Int, count: Int) throws(BlobError) -> [UInt8] {
        try content.read(at: UInt64(clamping: offset), count: count)
    }
}
