import Glibc

/// The limits of this program. It imports nothing of the other rooms, so that it stays small.
enum HelperLimits {
    /// The longest side of a thumbnail in pixels, and its bytes. The daemon takes no more (`Limits.thumbnailBytes`).
    static let side = 480
    static let thumbnailBytes = 24 * 1024
    /// Bytes of a picture.
    static let pictureBytes = 25 * 1024 * 1024
    /// Pixels of a picture.
    static let pixels = 100_000_000
    /// Pixels of a picture that is decoded in several passes, because all its coefficients are kept meanwhile: up to
    /// 8 bytes each.
    static let keptPixels = 24_000_000
    /// Scans of a picture. Encoders make about ten.
    static let scans = 100
    /// Pixels times scans of such a picture: each scan passes over all coefficients. So a large photo may have twenty.
    static let scannedPixels = 20 * keptPixels
    /// Bytes of address space: the input, the coefficients, and about 60 MiB for code and the rest.
    static let memoryBytes: UInt = 288 * 1024 * 1024
    /// Seconds of CPU time. A photo of 24 megapixels takes about half a second.
    static let processorSeconds: UInt = 2
    /// What is added to the niceness: the daemon goes first.
    static let niceness: CInt = 10

    /// Makes the kernel enforce these limits from here on. The program opens no file: its input and output are open
    /// already. Throws `Refusal.system`.
    static func enforce() throws(Refusal) {
        let limits: [(__rlimit_resource, UInt)] = [
            (RLIMIT_AS, memoryBytes), (RLIMIT_CPU, processorSeconds), (RLIMIT_FSIZE, UInt(thumbnailBytes)),
            (RLIMIT_NOFILE, 3), (RLIMIT_CORE, 0),
        ]
        for (resource, value) in limits {
            var limit = rlimit(rlim_cur: value, rlim_max: value)
            guard setrlimit(CInt(resource.rawValue), &limit) == 0 else {
                throw .system("cannot limit this process", errno)
            }
        }
        _ = nice(niceness)
    }
}
