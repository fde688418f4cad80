import FieldpostBlobs
import FieldpostStore
import Synchronization

/// The host's disk, with a count of calls that change something. From a given call on, all calls fail: for the files,
/// that is the death of the process.
final class ObservedDisk: BlobDisk {
    struct Numbers: Sendable {
        var changes = 0
        var openFiles = 0
        var mostOpenFiles = 0
        var mostBytes = 0
    }

    private let base: HostBlobDisk
    private let deathAt: Int
    private let state = Mutex(Numbers())

    init(_ base: HostBlobDisk, deathAt: Int = .max) {
        self.base = base
        self.deathAt = deathAt
    }

    var numbers: Numbers { state.withLock { $0 } }

    var isDead: Bool { numbers.changes >= deathAt }

    fileprivate func observe(_ isChange: Bool, bytes: Int = 0) throws(BlobError) {
        let isDead = state.withLock { state in
            state.changes += isChange ? 1 : 0
            state.mostBytes = max(state.mostBytes, bytes)
            return state.changes >= deathAt
        }
        if isDead { throw .failed("dead") }
    }

    fileprivate func opened(_ file: (any BlobFile)?) -> (any BlobFile)? {
        guard let file else { return nil }
        state.withLock { state in
            state.openFiles += 1
            state.mostOpenFiles = max(state.mostOpenFiles, state.openFiles)
        }
        return ObservedFile(file, disk: self)
    }

    fileprivate func closed() { state.withLock { $0.openFiles -= 1 } }

    func makeDirectory(_ path: String) throws(BlobError) {
        try observe(true)
        try base.makeDirectory(path)
    }

    func names(in directory: String) throws(BlobError) -> [String] {
        try observe(false)
        return try base.names(in: directory)
    }

    func size(of path: String) throws(BlobError) -> UInt64? {
        try observe(false)
        return try base.size(of: path)
    }

    func open(_ path: String) throws(BlobError) -> (any BlobFile)? {
        try observe(false)
        return opened(try base.open(path))
    }

    func create(_ path: String) throws(BlobError) -> any BlobFile {
        try observe(true)
        let file = try base.create(path)
        return opened(file) ?? file
    }

    func rename(_ path: String, to other: String) throws(BlobError) {
        try observe(true)
        try base.rename(path, to: other)
    }

    func remove(_ path: String) throws(BlobError) {
        try observe(true)
        try base.remove(path)
    }

    func syncDirectory(_ path: String) throws(BlobError) {
        try observe(true)
        try base.syncDirectory(path)
    }

    var freeBytes: Int? { base.freeBytes }
}

private final class ObservedFile: BlobFile {
    private let base: any BlobFile
    private let disk: ObservedDisk

    init(_ base: any BlobFile, disk: ObservedDisk) {
        self.base = base
        self.disk = disk
    }

    deinit { disk.closed() }

    func size() throws(BlobError) -> UInt64 {
        try disk.observe(false)
        return try base.size()
    }

    func read(_ count: Int, at offset: UInt64) throws(BlobError) -> [UInt8] {
        try disk.observe(false, bytes: count)
        return try base.read(count, at: offset)
    }

    /// Half of the bytes are in the file when the process dies.
    func write(_ bytes: ArraySlice<UInt8>, at offset: UInt64) throws(BlobError) {
        do throws(BlobError) {
            try disk.observe(true, bytes: bytes.count)
        } catch {
            if disk.isDead { try? base.write(bytes.prefix(bytes.count / 2), at: offset) }
            throw error
        }
        try base.write(bytes, at: offset)
    }

    func truncate(to size: UInt64) throws(BlobError) {
        try disk.observe(true)
        try base.truncate(to: size)
    }

    func sync() throws(BlobError) {
        try disk.observe(true)
        try base.sync()
    }
}
