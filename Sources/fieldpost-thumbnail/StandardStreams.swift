import Glibc

/// The picture that came on standard input. Its memory is taken once, and until the end of the process.
struct Picture {
    private let buffer: UnsafeMutableRawBufferPointer
    private let count: Int

    /// Reads to the end of the input. Throws `Refusal.picture` if it is too long, and `.system`.
    init() throws(Refusal) {
        // Only the pages that are written to take memory.
        buffer = .allocate(byteCount: HelperLimits.pictureBytes + 2, alignment: 16)
        var count = 0
        while count < buffer.count {
            let step = read(STDIN_FILENO, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            if step < 0, errno == EINTR { continue }
            guard step >= 0 else { throw .system("cannot read the picture", errno) }
            guard step > 0 else { break }
            count += step
        }
        self.count = count
        guard bytes.count <= HelperLimits.pictureBytes else {
            throw .picture("the picture has more than \(HelperLimits.pictureBytes) bytes")
        }
    }

    /// The bytes of the JPEG file.
    var bytes: UnsafeRawBufferPointer {
        let all = UnsafeRawBufferPointer(buffer)[..<count]
        return UnsafeRawBufferPointer(rebasing: digit == nil ? all : all.dropFirst())
    }

    /// The Exif orientation, 1...8, if it came before the picture. No JPEG file begins with a digit.
    var orientation: Int { digit ?? 1 }

    private var digit: Int? {
        guard count > 0, (UInt8(ascii: "1")...UInt8(ascii: "8")).contains(buffer[0]) else { return nil }
        return Int(buffer[0] - UInt8(ascii: "0"))
    }
}

/// Writes all bytes to standard output. Throws `Refusal.system`.
func writeOut(_ bytes: [UInt8]) throws(Refusal) {
    var done = 0
    while done < bytes.count {
        let step = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress.map { $0 + done }, bytes.count - done) }
        if step < 0, errno == EINTR { continue }
        guard step > 0 else { throw .system("cannot write the thumbnail", errno) }
        done += step
    }
}

/// Writes one line to standard error.
func complain(_ text: String) {
    let line = Array("fieldpost-thumbnail: \(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, line.count) }
}
