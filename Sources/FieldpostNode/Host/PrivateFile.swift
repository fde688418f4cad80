// C structures count as its own where the compiler meets them there first.
import CoreFoundation
import FieldpostJournal
import Foundation
import Glibc

/// Small files that are whole and durable under their name, or not there at all.
///
/// Each is written under a temporary name that nobody else has, `NAME.RANDOM.new`, and locked (flock(2)) while it is
/// written. The kernel lets go of the lock when a process ends: so what a crash left is told from what is being
/// written, and goes at the next write of the file and at the next start, whatever the process's id.
package enum PrivateFile {
    /// Where a crash may come in between.
    package enum Step: Int, CaseIterable, Sendable {
        case made, written, synced, named, unmarked
    }

    private static let suffix = ".new"

    /// When the name is taken and `replaces` is false, that throws `.exists`. `mode`: whatever the umask takes away.
    /// `after`: for tests, called after each step.
    package static func write(
        _ bytes: [UInt8], path: String, mode: UInt32 = 0o600, replaces: Bool = false, after: (Step) -> Void = { _ in }
    ) throws(NodeKeyError) {
        removeLeftovers(of: path)
        let (temporary, file) = try make(beside: path)
        var isOpen = true
        defer {
            unlink(temporary)
            if isOpen { close(file) }
        }
        after(.made)
        let isWritten =
            DirectoryOwner.give(file, of: parent(of: path)) && fchmod(file, mode) == 0 && fill(file, bytes)
        guard isWritten else { throw .cannotCreate(path: path, reason: lastError()) }
        after(.written)
        guard fsync(file) == 0 else { throw .cannotCreate(path: path, reason: lastError()) }
        after(.synced)
        guard (replaces ? rename(temporary, path) : link(temporary, path)) == 0 else {
            throw errno == EEXIST ? .exists(path: path) : .cannotCreate(path: path, reason: lastError())
        }
        after(.named)
        unlink(temporary)
        after(.unmarked)
        isOpen = false
        guard close(file) == 0 else { throw .cannotCreate(path: path, reason: lastError()) }
        try syncDirectory(of: path)
    }

    /// Takes away what crashes left of writes of a file, those of earlier versions too, which put the process's id
    /// where the random digits are. What another process is writing stays.
    package static func removeLeftovers(of path: String) {
        let directory = parent(of: path)
        let prefix = (path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path) + "."
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
            guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.count > prefix.count + suffix.count,
                name.dropFirst(prefix.count).dropLast(suffix.count).allSatisfy(\.isHexDigit)
            else { continue }
            let leftover = directory + "/" + name
            let file = open(leftover, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard file >= 0 else { continue }
            if flock(file, LOCK_EX | LOCK_NB) == 0 { unlink(leftover) }
            close(file)
        }
    }

    /// A new file that this process alone has locked.
    private static func make(beside path: String) throws(NodeKeyError) -> (String, CInt) {
        for _ in 0..<8 {
            let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 16))\(suffix)"
            let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard file >= 0 else {
                if errno == EEXIST { continue }
                throw .cannotCreate(path: path, reason: lastError())
            }
            var status = stat()
            // Between the two calls another process may have taken it for a left-over.
            if flock(file, LOCK_EX | LOCK_NB) == 0, fstat(file, &status) == 0, status.st_nlink > 0 {
                return (temporary, file)
            }
            close(file)
        }
        throw .cannotCreate(path: path, reason: "others take its temporary files away")
    }

    private static func fill(_ file: CInt, _ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private static func syncDirectory(of path: String) throws(NodeKeyError) {
        let directory = open(parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .cannotCreate(path: path, reason: lastError()) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .cannotCreate(path: path, reason: lastError()) }
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }

    static func lastError() -> String { String(cString: strerror(errno)) }
}
