import Glibc

/// Reads files that people write, whole and of bounded size, and says in words why one cannot be read.
package enum SmallFile {
    package struct Failure: Error, Hashable, Sendable {
        /// Of errno(3).
        package let code: CInt

        package init(code: CInt) { self.code = code }

        package var reason: String { String(cString: strerror(code)) }
        /// The place or its rights are wrong, which a person has to mend; else the disk, which may do better later.
        package var isSetting: Bool { ![EIO, ENOMEM, EMFILE, ENFILE, ESTALE, ETIMEDOUT].contains(code) }
    }

    /// Throws `EISDIR` for what is no file of bytes, `EFBIG` beyond `limit` bytes. `waits`: for the writer of a pipe;
    /// else one cannot be read.
    package static func read(_ path: String, limit: Int, waits: Bool = false) throws(Failure) -> [UInt8] {
        // A C string ends at the first NUL: another file than the one that is named.
        guard !path.utf8.contains(0) else { throw Failure(code: ENOENT) }
        let file = open(path, O_RDONLY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK))
        guard file >= 0 else { throw Failure(code: errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count >= 0 else { throw Failure(code: errno) }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else { throw Failure(code: EFBIG) }
        }
    }
}
