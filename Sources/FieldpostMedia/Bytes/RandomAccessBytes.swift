/// The bytes of one file, which can be read at any place. This room does no input or output: files implement it in the
/// room that stores them. Nothing here holds a whole file in memory.
package protocol RandomAccessBytes<Failure> {
    /// Why a read may fail. `Never` for bytes in memory.
    associatedtype Failure: Error

    /// Bytes in the file. It stays the same while somebody reads.
    var byteCount: Int { get }

    /// Returns `count` bytes from `offset` on, or fewer where the file ends before. `offset` is in `0...byteCount`, and
    /// `count` at most `Limits.mediaReadBytes`. Throws only when the bytes are there and cannot be read.
    func read(at offset: Int, count: Int) throws(Failure) -> [UInt8]
}

/// A file that is in memory as a whole.
package struct MemoryBytes: RandomAccessBytes, Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var byteCount: Int { bytes.count }

    package func read(at offset: Int, count: Int) throws(Never) -> [UInt8] {
        Array(bytes[min(offset, bytes.count)..<min(offset + count, bytes.count)])
    }
}
