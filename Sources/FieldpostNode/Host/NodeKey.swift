// The compiler sees C structures as part of this module if it meets them here first.
import CoreFoundation
import Crypto
package import FieldpostCore
package import FieldpostTransport
import Foundation
import Glibc

/// The key that identifies a node: a P-256 private key as PEM in `node.key`, readable only by its owner.
package struct NodeKey: Sendable {
    /// SHA-256 of the public key (DER, SubjectPublicKeyInfo).
    package let node: NodeID

    /// The private key, used only for TLS.
    private let pem: String
    /// At central: the key of its proofs.
    package let proofs: ProofKey
    /// A secret for what the node hands out to strangers and reads again: 32 bytes that follow from the key.
    let handleSecret: [UInt8]

    /// The identity of this node in TLS handshakes. Throws the errors of the TLS library about the key.
    package func identity() throws -> TLSIdentity { try TLSIdentity(pem: pem) }

    private init(_ key: P256.Signing.PrivateKey) {
        pem = key.pemRepresentation
        proofs = ProofKey(privateKey: Array(key.rawRepresentation))
        handleSecret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key.rawRepresentation), info: Array("fieldpost handle 1".utf8),
            outputByteCount: 32
        ).withUnsafeBytes { Array($0) }
        node = NodeID(publicKey: key.publicKey.derRepresentation)
    }

    /// Returns the key of the node with this state directory. Prefers the key among the credentials that systemd gave
    /// to this process (`LoadCredential=node.key:…`, systemd.exec(5)). Otherwise uses the key in the directory. If that
    /// is missing and `creates` is true, makes a new one.
    ///
    /// systemd itself protects its credentials, so their file mode is not checked.
    package static func ofNode(
        in stateDirectory: String, creates: Bool,
        credentials: String? = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
    ) throws(NodeKeyError) -> NodeKey {
        if let path = credentials.map({ $0 + "/node.key" }), access(path, F_OK) == 0 {
            return try load(path: path, isGuarded: true)
        }
        let path = stateDirectory + "/node.key"
        return creates ? try loadOrCreate(path: path) : try load(path: path)
    }

    /// Reads the key. Throws `.missing`, `.readableByOthers` for a mode with a bit of 077, `.malformed`, `.unreadable`.
    package static func load(path: String) throws(NodeKeyError) -> NodeKey {
        try load(path: path, isGuarded: false)
    }

    private static func load(path: String, isGuarded: Bool) throws(NodeKeyError) -> NodeKey {
        let pem = try read(path: path, isGuarded: isGuarded)
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else { throw .malformed(path: path) }
        return NodeKey(key)
    }

    /// Makes a new key, durable when this returns. Throws `.exists` if the path exists, and `.cannotCreate`.
    package static func create(path: String) throws(NodeKeyError) -> NodeKey {
        let key = P256.Signing.PrivateKey()
        try PrivateFile.write(Array((key.pemRepresentation + "\n").utf8), path: path)
        return NodeKey(key)
    }

    /// Reads the key, or makes one if there is none.
    package static func loadOrCreate(path: String) throws(NodeKeyError) -> NodeKey {
        do {
            return try load(path: path)
        } catch .missing {
            return try create(path: path)
        }
    }

    /// Reads a file with a private key, which only its owner may read unless `isGuarded`.
    static func read(path: String, isGuarded: Bool) throws(NodeKeyError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT ? .missing(path: path) : .unreadable(path: path, reason: PrivateFile.lastError())
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .unreadable(path: path, reason: PrivateFile.lastError()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .malformed(path: path) }
        guard isGuarded || status.st_mode & 0o077 == 0 else {
            throw .readableByOthers(path: path, mode: status.st_mode & 0o777)
        }
        // A PEM of this kind has about 240 bytes.
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file, &buffer, buffer.count)
        guard count >= 0 else { throw .unreadable(path: path, reason: PrivateFile.lastError()) }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
