import FaultDisk
import FieldpostBlobs
import FieldpostStore

/// The photos on the disk that `SmallDisk` shows.
struct SmallBlobDisk: BlobDisk {
    private let disk: FaultBlobDisk

    init(_ disk: FaultDisk) { self.disk = FaultBlobDisk(disk) }

    var freeBytes: Int? { SmallDisk.shown(disk.freeBytes) }

    func makeDirectory(_ path: String) throws(BlobError) { try disk.makeDirectory(path) }
    func names(in directory: String) throws(BlobError) -> [String] { try disk.names(in: directory) }
    func size(of path: String) throws(BlobError) -> UInt64? { try disk.size(of: path) }
    func open(_ path: String) throws(BlobError) -> (any BlobFile)? { try disk.open(path) }
    func create(_ path: String) throws(BlobError) -> any BlobFile { try disk.create(path) }
    func rename(_ path: String, to other: String) throws(BlobError) { try disk.rename(path, to: other) }
    func remove(_ path: String) throws(BlobError) { try disk.remove(path) }
    func syncDirectory(_ path: String) throws(BlobError) { try disk.syncDirectory(path) }
}
