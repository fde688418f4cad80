// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import Glibc

/// Standard output and standard error, unbuffered.
enum TTY {
    static func write(_ text: String) { put(text, to: STDOUT_FILENO) }

    @Sendable static func writeError(_ text: String) { put(text, to: STDERR_FILENO) }

    /// Whether standard error is a terminal on which a line can be rewritten.
    static var isInteractive: Bool {
        isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"
    }

    static var isOutputInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns of the terminal on standard error; 80 when unknown.
    static var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Columns and rows of the terminal on standard output; 80 and 24 when unknown.
    static var outputSize: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    private static func put(_ text: String, to descriptor: CInt) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
