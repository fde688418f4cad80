package import FieldpostCore
package import FieldpostNode
import Glibc

/// The central node with which a gateway is enrolled. It is stored in a file of its own in the state directory, because
/// it must survive restores and repairs of the journal. The file contains the NodeID in hexadecimal digits, which is
/// not secret.
package struct CentralPin: Sendable {
    package let path: String

    package init(stateDirectory: String) { path = stateDirectory + "/central.id" }

    /// Returns nil if the file is missing or cannot be read.
    package func read() -> NodeID? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = Glibc.read(file, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return NodeID(hex: String(decoding: buffer.prefix(count), as: UTF8.self).filter { !$0.isWhitespace })
    }

    /// Replaces the file. It is durable when this returns. Throws `NodeKeyError.cannotCreate`.
    package func write(_ central: NodeID) throws(NodeKeyError) {
        try PrivateFile.write(Array("\(central)\n".utf8), path: path, replaces: true)
    }
}
