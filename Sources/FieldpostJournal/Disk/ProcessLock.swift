import FieldpostCore
import FieldpostStore
import Glibc
import Synchronization

/// Allows one process at a time to use a journal. This is an advisory lock on a file beside the journal. The kernel
/// releases it when the process ends.
///
/// SQLite's own locks do not keep two daemons apart. Also, SQLite before 3.51.3 can lose commits when two connections
/// make a checkpoint at the same time.
final class ProcessLock: JournalLock {
    private let descriptor: Mutex<CInt?>
    let wasLeftHeld: Bool

    /// Throws `.locked` if another process holds the lock, `.failed` if the file cannot be created.
    init(path: String) throws(JournalError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed("\(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(descriptor)
            close(descriptor)
            throw .locked(path: path, holder: holder)
        }
        if let slash = path.lastIndex(of: "/") { _ = DirectoryOwner.give(descriptor, of: String(path[..<slash])) }
        wasLeftHeld = lseek(descriptor, 0, SEEK_END) > 0
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
        self.descriptor = Mutex(descriptor)
    }

    deinit { release(isClean: false) }

    var isHeld: Bool { descriptor.withLock { $0 != nil } }

    func release(isClean: Bool) {
        let held = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        guard let held else { return }
        if isClean { ftruncate(held, 0) }
        // Closing alone is not enough: a child that was just forked may still have a copy of the descriptor.
        flock(held, LOCK_UN)
        close(held)
    }

    private static func holder(_ descriptor: CInt) -> String {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let digits = buffer.prefix(max(count, 0)).prefix { $0 != UInt8(ascii: "\n") }
        return digits.isEmpty ? "unknown" : String(decoding: digits, as: UTF8.self)
    }
}
