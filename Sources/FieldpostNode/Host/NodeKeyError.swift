/// Why a node's key could not be read or made. Nothing was changed on disk.
package enum NodeKeyError: Error, Hashable, Sendable {
    case missing(path: String)
    /// A file stands where the new key should go.
    case exists(path: String)
    /// Its permissions let somebody else than the owner read or write it.
    case readableByOthers(path: String, mode: UInt32)
    /// The bytes are no P-256 private key in PEM.
    case malformed(path: String)
    case unreadable(path: String, reason: String)
    case cannotCreate(path: String, reason: String)
}

extension NodeKeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "There is no key \(path). Make one with `fieldpost init`, or name the directory that holds it."
        case .exists(let path):
            "\(path) is there already and was left as it is: a key is never overwritten."
        case .readableByOthers(let path, let mode):
            "Others may read the key \(path) (mode \(String(mode, radix: 8))). Run: chmod 600 \(path)"
        case .malformed(let path):
            "\(path) holds no P-256 private key in PEM. Put the right file back from a backup; a new key is a new node."
        case .unreadable(let path, let reason):
            "The key \(path) cannot be read (\(reason))."
        case .cannotCreate(let path, let reason):
            "The key \(path) cannot be made (\(reason)). Nothing was left behind. `fieldpost init` makes a node's "
                + "directory and its key; look at the permissions if the directory is there."
        }
    }
}
