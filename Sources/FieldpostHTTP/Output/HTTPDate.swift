import Glibc
import Synchronization

/// The present time as header fields show it (RFC 9110, section 5.6.7). It is written once a second.
enum HTTPDate {
    private static let last = Mutex<(second: time_t, text: String)>((-1, ""))

    static var now: String {
        let second = time(nil)
        return last.withLock { last in
            if last.second != second { last = (second, text(second)) }
            return last.text
        }
    }

    /// A time in the future.
    static func inSeconds(_ seconds: UInt64) -> String { text(time(nil) + time_t(clamping: seconds)) }

    private static func text(_ second: time_t) -> String {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        var text = [CChar](repeating: 0, count: 64)
        let length = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
