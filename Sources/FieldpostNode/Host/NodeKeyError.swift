/// Why a node's key could not be read or made. Nothing was changed on disk.
package enum NodeKeyError: Error, Hashable, Sendable {
    case missing(path: String)
    /// A file already exists at the path of the new key.
    case exists(path: String)
    /// Its permissions allow others than the owner to read or write it.
    case readableByOthers(path: String, mode: UInt32)
    /// The bytes are not a P-256 private key in PEM.
    case malformed(path: String)
    case unreadable(path: String, reason: String)
    case cannotCreate(path: String, reason: String)
}

extension NodeKeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "There is no key \(path). Make one with `fieldpost init`, or give the directory that contains it."
        case .exists(let path):
            "\(path) already exists and was not changed: a key is never overwritten."
        case .readableByOthers(let path, let mode):
            "Others may read the key \(path) (mode \(String(mode, radix: 8))). Run: chmod 600 \(path)"
        case .malformed(let path):
            "\(path) is not a P-256 private key in PEM. Restore it from a backup. A new key would make a new node."
        case .unreadable(let path, let reason):
            "The key \(path) cannot be read (\(reason))."
        case .cannotCreate(let path, let reason):
            "The key \(path) cannot be made (\(reason)). No file was left behind. `fieldpost init` makes a node's "
                + "directory and its key. If the directory exists, check its permissions."
        }
    }
}
