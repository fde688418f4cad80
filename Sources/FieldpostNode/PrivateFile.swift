// C structures count as its own where the compiler meets them there first.
import CoreFoundation
import Glibc

/// Small files that only their owner may read, whole and durable or not there at all.
enum PrivateFile {
    /// Writes a temporary file, syncs it, and gives it its name. When the name is taken and `replaces` is false, that
    /// throws `.exists`.
    static func write(_ bytes: [UInt8], path: String, replaces: Bool = false) throws(NodeKeyError) {
        let temporary = "\(path).\(getpid()).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .cannotCreate(path: path, reason: lastError()) }
        defer { unlink(temporary) }
        let isOwned = giveToOwner(of: parent(of: path), file)
        let written = isOwned && Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        let reason = lastError()
        guard close(file) == 0, written else { throw .cannotCreate(path: path, reason: reason) }
        guard (replaces ? rename(temporary, path) : link(temporary, path)) == 0 else {
            throw errno == EEXIST ? .exists(path: path) : .cannotCreate(path: path, reason: lastError())
        }
        try syncDirectory(of: path)
    }

    private static func syncDirectory(of path: String) throws(NodeKeyError) {
        let directory = open(parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .cannotCreate(path: path, reason: lastError()) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .cannotCreate(path: path, reason: lastError()) }
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }

    /// Root writes for the user whose directory it is: a daemon that runs as that user has to read it.
    private static func giveToOwner(of directory: String, _ file: CInt) -> Bool {
        var owner = stat()
        guard geteuid() == 0, stat(directory, &owner) == 0, owner.st_uid != 0 else { return true }
        return fchown(file, owner.st_uid, owner.st_gid) == 0
    }

    static func lastError() -> String { String(cString: strerror(errno)) }
}
