// The compiler sees C structures as part of this module if it meets them here first.
import CoreFoundation
import Glibc

/// When root runs a command, the daemon must still be able to read the files that the command creates. So root gives
/// new files to the owner of the directory.
package enum DirectoryOwner {
    /// Gives an open file to the owner of a directory, if root created it. Returns false if that fails.
    package static func give(_ file: CInt, of directory: String) -> Bool {
        var (owner, status) = (stat(), stat())
        guard geteuid() == 0, stat(directory, &owner) == 0, owner.st_uid != 0 else { return true }
        guard fstat(file, &status) == 0, status.st_uid != owner.st_uid else { return true }
        return fchown(file, owner.st_uid, owner.st_gid) == 0
    }
}
