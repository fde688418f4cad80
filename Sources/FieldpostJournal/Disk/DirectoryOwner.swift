// C structures count as its own where the compiler meets them there first.
import CoreFoundation
import Glibc

/// Root writes for the user whose directory it is: a daemon that runs as that user has to read what an operator's
/// command made there.
package enum DirectoryOwner {
    /// Gives an open file to the owner of a directory, where root made it. False when that fails.
    package static func give(_ file: CInt, of directory: String) -> Bool {
        var (owner, status) = (stat(), stat())
        guard geteuid() == 0, stat(directory, &owner) == 0, owner.st_uid != 0 else { return true }
        guard fstat(file, &status) == 0, status.st_uid != owner.st_uid else { return true }
        return fchown(file, owner.st_uid, owner.st_gid) == 0
    }
}
