import Glibc

/// A file that is read at given offsets and never written.
final class StoredFile {
    let path: String
    let size: Int64
    private let descriptor: CInt

    /// Returns nil if the file does not exist or cannot be opened.
    init?(path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        size = fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
        self.path = path
    }

    deinit { close(descriptor) }

    /// Reads exactly `count` bytes. Returns nil if the file ends before, or the disk cannot read them.
    func bytes(at offset: Int64, count: Int) -> [UInt8]? {
        guard offset >= 0, count >= 0, offset <= size - Int64(count) else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var done = 0
            while done < count {
                let part = pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(offset) + done)
                if part < 0, errno == EINTR { continue }
                guard part > 0 else { break }
                done += part
            }
            initialized = done
        }
        return bytes.count == count ? bytes : nil
    }
}

extension [UInt8] {
    /// A big-endian number at an offset. The caller makes sure that the offset is inside.
    func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(self[offset]) << 24 | UInt32(self[offset + 1]) << 16 | UInt32(self[offset + 2]) << 8
            | UInt32(self[offset + 3])
    }

    func bigEndian16(at offset: Int) -> Int { Int(self[offset]) << 8 | Int(self[offset + 1]) }
}
