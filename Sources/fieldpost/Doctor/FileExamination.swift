// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import Foundation
import Glibc

/// The state directory: who owns it and what is in it, and who may read it.
struct FileExamination: Sendable {
    let directory: String

    /// What holds a secret, or is worth as much as one.
    private static let privateNames = ["node.key", "roster.json", "sessions.json", "sealing.keys"]
    private static let socketName = "admin.sock"

    func findings() -> [Finding] {
        guard let own = Self.status(directory) else {
            return [
                .fault(
                    "directory", "\(directory): \(String(cString: strerror(errno)))",
                    mend: "`fieldpost init` makes it; if it is there, run this as root or as the node's user")
            ]
        }
        guard own.st_mode & S_IFMT == S_IFDIR else {
            return [.fault("directory", "\(directory) is not a directory", mend: "name another `state_directory`")]
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            return [
                .fault(
                    "directory", "\(directory) cannot be read by this user",
                    mend: "run this as root or as \(Self.name(own.st_uid))")
            ]
        }
        var findings: [Finding] = []
        if own.st_mode & 0o077 != 0 {
            findings.append(
                .fault(
                    "directory", "\(directory) is open to others (mode \(String(own.st_mode & 0o777, radix: 8)))",
                    mend: "chmod 700 \(directory)"))
        }
        let strangers = names.filter { Self.status("\(directory)/\($0)").map { $0.st_uid != own.st_uid } ?? false }
        if let stranger = strangers.sorted().first {
            let more = strangers.count > 1 ? " and \(strangers.count - 1) more belong" : " belongs"
            findings.append(
                .fault(
                    "directory",
                    "\(stranger)\(more) to another user than \(Self.name(own.st_uid)), who may then not write it",
                    mend: "stop the node, then: chown -R \(Self.name(own.st_uid)): \(directory)"))
        }
        for name in Self.privateNames where names.contains(name) {
            let mode = Self.status("\(directory)/\(name)").map { $0.st_mode & 0o777 } ?? 0
            guard mode & 0o077 != 0 else { continue }
            findings.append(
                .fault(
                    "directory", "\(name) is open to others (mode \(String(mode, radix: 8)))",
                    mend: "chmod 600 \(directory)/\(name)"))
        }
        if findings.isEmpty {
            findings.append(.ok("directory", "\(directory) belongs to \(Self.name(own.st_uid)), as all in it"))
        }
        if names.contains(Self.socketName) { findings.append(socketFinding()) }
        return findings
    }

    /// Nil unless everybody on this machine may read the file with the key of HTTP.
    static func keyFinding(_ path: String) -> Finding? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o007 != 0 else { return nil }
        return .fault(
            "certificate",
            "\(path), the key of HTTP, is open to everybody "
                + "(mode \(String(status.st_mode & 0o777, radix: 8)))",
            mend: "chmod 640 \(path), with the group of the node's user; get a new key if others were on this machine")
    }

    private func socketFinding() -> Finding {
        let path = "\(directory)/\(Self.socketName)"
        guard let status = Self.status(path), status.st_mode & S_IFMT == S_IFSOCK else {
            return .fault("socket", "\(path) is not a socket", mend: "stop the node, remove it, and start the node")
        }
        guard status.st_mode & 0o077 == 0 else {
            return .fault(
                "socket",
                "\(path) is open to others (mode \(String(status.st_mode & 0o777, radix: 8))), who administer the node",
                mend: "chmod 600 \(path), or restart the node")
        }
        let users = status.st_uid == 0 ? "root" : "\(Self.name(status.st_uid)) and root"
        return .ok("socket", "only \(users) may use \(Self.socketName)")
    }

    /// Of a link itself, not of what it names.
    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    private static func name(_ user: uid_t) -> String {
        getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "user \(user)"
    }
}
