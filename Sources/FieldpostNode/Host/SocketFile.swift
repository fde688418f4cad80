// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import Glibc

/// The file of a Unix socket.
package enum SocketFile {
    /// Removes the socket that a killed process left at `path`. Returns false, and removes nothing, if another kind of
    /// file is there.
    package static func removeLeftover(at path: String) -> Bool {
        var file = stat()
        guard lstat(path, &file) == 0 else { return true }
        guard file.st_mode & S_IFMT == S_IFSOCK else { return false }
        unlink(path)
        return true
    }
}
