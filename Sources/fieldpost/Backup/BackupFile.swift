// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import Crypto
import FieldpostCore
import Foundation
import Glibc

/// Files of a backup: read to their end, written durably.
enum BackupFile {
    private static let pieceBytes = 1024 * 1024

    /// Why a file could not be read or written.
    struct Failure: Error, Hashable, Sendable {
        let path: String
        /// The code of errno(3).
        let code: CInt

        init(_ path: String, _ code: CInt = errno) { (self.path, self.code) = (path, code) }

        var isFull: Bool { code == ENOSPC || code == EDQUOT }
        var reason: String { String(cString: strerror(code)) }
    }

    /// The length and the hash of a file.
    static func digest(_ path: String, name: String) throws(Failure) -> BackupManifest.File {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(path) }
        defer { close(file) }
        var (hash, bytes) = (SHA256(), Int64(0))
        var buffer = [UInt8](repeating: 0, count: pieceBytes)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(path) }
            guard count > 0 else { break }
            buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            bytes += Int64(count)
        }
        return BackupManifest.File(name: name, bytes: bytes, sha256: Hash256(hash.finalize()).hex)
    }

    /// Makes a file or a directory durable. What is read of a file after this comes from the disk.
    static func sync(_ path: String) throws(Failure) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw Failure(path) }
        posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
    }

    /// Writes a new file, durable when this returns.
    static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let writer = try Writer(path)
        try writer.add(bytes)
        try writer.finish()
    }

    /// Copies a file to a new one, durable when this returns.
    static func copy(_ path: String, to target: String) throws(Failure) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(path) }
        defer { close(file) }
        let writer = try Writer(target)
        var buffer = [UInt8](repeating: 0, count: pieceBytes)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(path) }
            guard count > 0 else { break }
            try writer.add(buffer[..<count])
        }
        try writer.finish()
    }

    /// When root runs a command, the daemon must be able to use the files that it made: all that is in a directory goes
    /// to the owner of the directory.
    static func giveAway(_ directory: String) {
        var owner = stat()
        guard geteuid() == 0, stat(directory, &owner) == 0, owner.st_uid != 0 else { return }
        for name in (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? [] {
            var file = stat()
            let path = "\(directory)/\(name)"
            // What has another name too belongs to the node.
            guard lstat(path, &file) == 0, file.st_mode & S_IFMT == S_IFDIR || file.st_nlink == 1 else { continue }
            lchown(path, owner.st_uid, owner.st_gid)
        }
    }

    /// Whether two directories have the same owner.
    static func haveOneOwner(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_uid == second.st_uid
    }

    /// The same for a new directory, which goes to the owner of the directory that it is in.
    static func giveNew(_ directory: String) {
        var owner = stat()
        guard geteuid() == 0, stat(directory + "/..", &owner) == 0, owner.st_uid != 0 else { return }
        lchown(directory, owner.st_uid, owner.st_gid)
    }

    /// A new file that grows.
    final class Writer {
        private let path: String
        private let file: CInt

        init(_ path: String) throws(Failure) {
            self.path = path
            file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { throw Failure(path) }
        }

        deinit { if file >= 0 { close(file) } }

        func add(_ bytes: some Collection<UInt8>) throws(Failure) {
            let bytes = Array(bytes)
            var done = 0
            while done < bytes.count {
                let count = bytes.withUnsafeBytes { buffer in
                    Glibc.write(file, buffer.baseAddress.map { $0 + done }, bytes.count - done)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw Failure(path) }
                done += count
            }
        }

        func finish() throws(Failure) {
            guard fsync(file) == 0 else { throw Failure(path) }
            posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
        }
    }
}
