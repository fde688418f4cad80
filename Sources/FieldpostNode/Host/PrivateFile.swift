// The compiler sees C structures as part of this module if it meets them here first.
import CoreFoundation
import FieldpostJournal
import Foundation
import Glibc

/// Writes small files so that each one is complete and durable under its name, or missing.
///
/// Each file is first written under a unique temporary name, `NAME.RANDOM.new`. It is locked (flock(2)) while it is
/// written. The kernel releases the lock when the process ends. So leftovers of a crash can be told from files that are
/// being written, whatever the process id. They are deleted at the next write of the file and at the next start.
package enum PrivateFile {
    /// The points at which a crash may happen.
    package enum Step: Int, CaseIterable, Sendable {
        case made, written, synced, named, unmarked
    }

    private static let suffix = ".new"

    /// Throws `.exists` if the file exists and `replaces` is false. `mode` is set exactly, whatever the umask is.
    /// `after` is for tests, and is called after each step.
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

    /// Deletes what crashes left of writes of a file. This includes leftovers of earlier versions, which used the
    /// process id instead of random digits. Files that another process is writing stay.
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

    /// Creates a new file that only this process has locked.
    private static func make(beside path: String) throws(NodeKeyError) -> (String, CInt) {
        for _ in 0..<8 {
            let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 16))\(suffix)"
            let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard file >= 0 else {
                if errno == EEXIST { continue }
                throw .cannotCreate(path: path, reason: lastError())
            }
            var status = stat()
            // Between the two calls, another process may have taken the file for a leftover.
            if flock(file, LOCK_EX | LOCK_NB) == 0, fstat(file, &status) == 0, status.st_nlink > 0 {
                return (temporary, file)
            }
            close(file)
        }
        throw .cannotCreate(path: path, reason: "another process deletes its temporary files")
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
