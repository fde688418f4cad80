import Crypto
package import FieldpostCore
import Glibc

/// The key that makes a node what it is: a P-256 private key as PEM in `node.key`, readable by its owner alone.
package struct NodeKey: Sendable {
    /// SHA-256 of the public key (DER, SubjectPublicKeyInfo).
    package let node: NodeID

    private init(_ key: P256.Signing.PrivateKey) {
        node = NodeID(publicKey: key.publicKey.derRepresentation)
    }

    /// Reads the key. Throws `.missing`, `.readableByOthers` for a mode with a bit of 077, `.malformed`, `.unreadable`.
    package static func load(path: String) throws(NodeKeyError) -> NodeKey {
        let pem = try read(path: path)
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else { throw .malformed(path: path) }
        return NodeKey(key)
    }

    /// Makes a new key, durable when this returns. Throws `.exists` when anything stands at the path, `.cannotCreate`.
    package static func create(path: String) throws(NodeKeyError) -> NodeKey {
        let key = P256.Signing.PrivateKey()
        try write(Array((key.pemRepresentation + "\n").utf8), path: path)
        return NodeKey(key)
    }

    /// Reads the key, or makes one when there is none.
    package static func loadOrCreate(path: String) throws(NodeKeyError) -> NodeKey {
        do {
            return try load(path: path)
        } catch .missing {
            return try create(path: path)
        }
    }

    private static func read(path: String) throws(NodeKeyError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT ? .missing(path: path) : .unreadable(path: path, reason: lastError())
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .unreadable(path: path, reason: lastError()) }
        guard status.st_mode & 0o077 == 0 else {
            throw .readableByOthers(path: path, mode: status.st_mode & 0o777)
        }
        // A PEM of this kind takes about 240 bytes.
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file, &buffer, buffer.count)
        guard count >= 0 else { throw .unreadable(path: path, reason: lastError()) }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// Writes a temporary file, syncs it, and links it to its name, which fails when the name is taken.
    private static func write(_ bytes: [UInt8], path: String) throws(NodeKeyError) {
        let temporary = "\(path).\(getpid()).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .cannotCreate(path: path, reason: lastError()) }
        defer { unlink(temporary) }
        let written = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        let reason = lastError()
        guard close(file) == 0, written else { throw .cannotCreate(path: path, reason: reason) }
        guard link(temporary, path) == 0 else {
            throw errno == EEXIST ? .exists(path: path) : .cannotCreate(path: path, reason: lastError())
        }
        try syncDirectory(of: path)
    }

    private static func syncDirectory(of path: String) throws(NodeKeyError) {
        let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .cannotCreate(path: path, reason: lastError()) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .cannotCreate(path: path, reason: lastError()) }
    }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}
