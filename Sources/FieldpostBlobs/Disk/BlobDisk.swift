package import FieldpostStore

/// The place where blobs are stored: a directory of the host, or in tests a disk that fails on purpose.
///
/// Paths are relative to that directory. All calls block. They throw `.full` if there is no room, and `.failed` for any
/// other error; after a failed write or sync nothing is known of the bytes that it was about.
package protocol BlobDisk: Sendable {
    /// Creates a directory durably, if it is missing. The empty path is the root.
    func makeDirectory(_ path: String) throws(BlobError)
    /// The names in a directory, in no order. None if the directory is missing.
    func names(in directory: String) throws(BlobError) -> [String]
    /// Bytes of a file; nil if it is missing.
    func size(of path: String) throws(BlobError) -> UInt64?
    /// Opens a file to read it; nil if it is missing.
    func open(_ path: String) throws(BlobError) -> (any BlobFile)?
    /// Opens a file to read and write it, and creates it if it is missing.
    func create(_ path: String) throws(BlobError) -> any BlobFile
    /// Replaces a file that has the other name. Durable after the sync of the other name's directory.
    func rename(_ path: String, to other: String) throws(BlobError)
    /// Does nothing if the file is missing.
    func remove(_ path: String) throws(BlobError)
    /// Makes the names of the files in a directory durable.
    func syncDirectory(_ path: String) throws(BlobError)
    /// Bytes that this process may still write. Nil if nobody can tell.
    var freeBytes: Int? { get }
}

/// An open file. It is closed when nobody refers to it.
package protocol BlobFile: AnyObject {
    func size() throws(BlobError) -> UInt64
    /// Up to `count` bytes: fewer only at the end of the file.
    func read(_ count: Int, at offset: UInt64) throws(BlobError) -> [UInt8]
    func write(_ bytes: ArraySlice<UInt8>, at offset: UInt64) throws(BlobError)
    /// Cuts off the end.
    func truncate(to size: UInt64) throws(BlobError)
    func sync() throws(BlobError)
}
