import Glibc

/// Reads complete files of limited size that people write, and says why a file cannot be read.
package enum SmallFile {
    package struct Failure: Error, Hashable, Sendable {
        /// The code of errno(3).
        package let code: CInt

        package init(code: CInt) { self.code = code }

        package var reason: String { String(cString: strerror(code)) }
        /// True: the path or the permissions are wrong, and a person must correct them. False: the disk failed, and may
        /// work later.
        package var isSetting: Bool { ![EIO, ENOMEM, EMFILE, ENFILE, ESTALE, ETIMEDOUT].contains(code) }
    }

    /// Throws `EISDIR` for a directory, and `EFBIG` beyond `limit` bytes. `waits`: waits for the writer of a pipe.
    /// Otherwise a pipe cannot be read.
    package static func read(_ path: String, limit: Int, waits: Bool = false) throws(Failure) -> [UInt8] {
        // A C string ends at the first NUL, so it would name another file.
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
