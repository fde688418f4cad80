import Foundation

/// A directory for one test. It is deleted together with the value. While a node uses the directory, keep the value: as
/// a property of the suite, or by `defer { place.remove() }`.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.path + "/fieldpost-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { remove() }

    package func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a new file in it, with this content.
    package func file(_ name: String, _ content: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(content.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    package func mode(of name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.posixPermissions] as? Int
    }
}
