package import FieldpostCore
package import FieldpostNode
import Glibc

/// The central node that a gateway is enrolled with: a file of its own in the state directory, since it must outlive
/// the journal's restores and repairs. Holds the NodeID in hexadecimal digits; no secret.
package struct CentralPin: Sendable {
    package let path: String

    package init(stateDirectory: String) { path = stateDirectory + "/central.id" }

    /// Nil when there is none, or none that can be read.
    package func read() -> NodeID? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = Glibc.read(file, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return NodeID(hex: String(decoding: buffer.prefix(count), as: UTF8.self).filter { !$0.isWhitespace })
    }

    /// Durable when this returns; in place of what stood there. Throws `NodeKeyError.cannotCreate`.
    package func write(_ central: NodeID) throws(NodeKeyError) {
        try PrivateFile.write(Array("\(central)\n".utf8), path: path, replaces: true)
    }
}
