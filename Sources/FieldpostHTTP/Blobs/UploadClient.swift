import FieldpostCore
import FieldpostNode

/// Whose uploads are whose: by the name of a caller who has one, and else by address.
struct UploadClient: Hashable, Sendable {
    /// The client as the store of photos names it (`UploadRequest.owner`).
    let name: String
    /// Whether it may continue uploads of others too.
    let isTrusted: Bool

    init(_ caller: Caller, address: String) {
        let name: String =
            switch caller {
            case .terminal(let name, _): "terminal " + name
            case .account(let account): "account " + account.name
            case .trusted: "open " + address
            case .resident: "resident " + address
            case .nobody, .reporter: "nobody " + address
            }
        // A name that is too long is replaced by its hash.
        self.name = name.utf8.count <= Limits.uploadOwnerBytes ? name : "hash " + Hash256(hashing: Array(name.utf8)).hex
        isTrusted = caller == .trusted
    }

    /// For `BlobStore`: nil may use all uploads.
    var owner: String? { isTrusted ? nil : name }
}
