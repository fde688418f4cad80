/// One file: its content as processes see it, and its content on the medium.
final class DiskFile {
    /// It changes with a rename.
    var name: String
    /// The content in the page cache.
    private(set) var seen: ByteStore
    /// The content after the last sync.
    private(set) var durable: ByteStore
    /// After a failed sync, no changes are kept here: the kernel marks its pages clean, so no later sync writes them.
    private(set) var unsynced = UnsyncedChanges()
    /// Its directory entry is on the medium. This is so after its first sync, or after that of its directory.
    private(set) var isDurable: Bool
    /// Only a sync of its directory puts its directory entry on the medium.
    var needsDirectorySync = false
    /// False after it was deleted. Open handles may continue to use it.
    var isLinked = true

    var locks = FileLocks()
    var sharedMemory: SharedMemory?

    /// An empty file that is not yet on the medium.
    init(_ name: String) {
        self.name = name
        seen = ByteStore()
        durable = ByteStore()
        isDurable = false
    }

    /// A file on the medium.
    init(_ name: String, durable bytes: ByteStore) {
        self.name = name
        seen = ByteStore(copying: bytes)
        durable = bytes
        isDurable = true
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard !bytes.isEmpty else { return }
        seen.write(bytes, at: offset)
        unsynced.noteWrite(bytes, at: offset)
    }

    func resize(to size: Int) {
        seen.resize(to: size)
        unsynced.noteResize(to: size)
    }

    func sync() {
        unsynced.apply(to: durable)
        unsynced.clear()
        isDurable = isDurable || isLinked && !needsDirectorySync
    }

    /// After a sync of its directory. Its content is as durable as it was.
    func nameIsDurable() { isDurable = true }

    /// The part of a path before its last slash; empty where there is none.
    static func directory(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
    }

    func failSync() { unsynced.clear() }

    /// Damages the medium itself, and so also what processes see.
    func flip(bit: Int) {
        seen.flip(bit: bit)
        if bit / 8 < durable.count { durable.flip(bit: bit) }
    }

    /// Damages the medium itself, and so also what processes see.
    func truncate(to size: Int) {
        durable.resize(to: min(size, durable.count))
        resize(to: size)
    }

    /// Applies a power cut. Returns false when the file itself is lost.
    func loseUnsynced(_ cut: PowerCut, keeping: Int, random: inout Randomness) -> Bool {
        if case .random = cut {
            if !isDurable, Int.random(in: 0..<8, using: &random) >= keeping { return false }
            unsynced.applySome(to: durable, keeping: keeping, random: &random)
        } else if !isDurable {
            return false
        }
        unsynced.clear()
        seen = ByteStore(copying: durable)
        isDurable = true
        return true
    }
}
