import FieldpostCore
import FieldpostNode
import Foundation
import Glibc

/// The work of `fieldpost init`: creates what is missing, and keeps what exists.
struct NodeSetup: Sendable {
    let role: Role
    let directory: String
    let file: String
    /// The values for the new file. They are checked before anything is created.
    let flags: ConfigurationLayer

    /// The unit's user must read the file. It contains no secret.
    private static let fileMode: mode_t = 0o644
    private static let directoryMode: mode_t = 0o755

    /// Returns the lines to print. Throws `ConfigurationError`, `NodeKeyError` or `CommandFailure`.
    func carryOut() throws -> [String] {
        let join = ConfigurationJoin(role: role, layers: [flags])
        guard join.problems.isEmpty else { throw ConfigurationError(problems: join.problems) }
        var lines = [try makeDirectory()]
        let (key, keyLine) = try makeKey()
        lines.append(keyLine)
        lines.append(try writeConfiguration())
        return lines + ["", "NodeID \(key.node)", "Next: fieldpost \(role.name) --configuration \(file)"]
    }

    private func makeDirectory() throws(CommandFailure) -> String {
        let parent = URL(fileURLWithPath: directory).deletingLastPathComponent()
        // An error here shows in the next call, with its reason.
        try? FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        if mkdir(directory, 0o700) == 0 { return "made  \(directory)  (only its owner can read it)" }
        let reason = errno
        let place = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
        guard reason == EEXIST, let status = try? FileManager.default.attributesOfItem(atPath: place),
            status[.type] as? FileAttributeType == .typeDirectory, let mode = status[.posixPermissions] as? Int
        else { throw Self.cannotCreate(directory, reason) }
        guard mode & 0o077 == 0 else {
            throw CommandFailure(
                .configuration,
                "\(directory) is open to others (mode \(String(mode & 0o777, radix: 8))), and the node's key "
                    + "is stored there. Run: chmod 700 \(directory)")
        }
        return "kept  \(directory)"
    }

    private func makeKey() throws(NodeKeyError) -> (NodeKey, String) {
        let path = directory + "/node.key"
        do {
            return (try NodeKey.load(path: path), "kept  \(path)")
        } catch .missing {
            return (
                try NodeKey.create(path: path), "made  \(path)  (keep a copy in a safe place: it identifies the node)"
            )
        }
    }

    private func writeConfiguration() throws(CommandFailure) -> String {
        var chosen = flags.given.mapValues(\.texts)
        chosen[Setting.role.key] = [role.name]
        let text = Array(ConfigurationTemplate.text(role: role, chosen: chosen).utf8)
        makeParent(of: file)
        do throws(NodeKeyError) {
            try PrivateFile.write(text, path: file, mode: Self.fileMode)
        } catch {
            switch error {
            case .exists: return "kept  \(file)  (the flags did not change it)"
            case .cannotCreate(_, let reason): throw Self.cannotCreate(file, reason)
            default: throw Self.cannotCreate(file, error.description)
            }
        }
        return "made  \(file)"
    }

    /// An error here shows when the file is created, with its reason.
    private func makeParent(of file: String) {
        let parent = URL(fileURLWithPath: file).deletingLastPathComponent()
        try? FileManager.default.createDirectory(
            at: parent.deletingLastPathComponent(), withIntermediateDirectories: true)
        // An existing directory keeps its mode.
        if mkdir(parent.path, Self.directoryMode) == 0 { chmod(parent.path, Self.directoryMode) }
    }

    private static func cannotCreate(_ path: String, _ reason: CInt) -> CommandFailure {
        cannotCreate(path, String(cString: strerror(reason)))
    }

    private static func cannotCreate(_ path: String, _ reason: String) -> CommandFailure {
        CommandFailure(.cannotCreate, "\(path) cannot be created (\(reason)). Existing files were not changed.")
    }
}
