import Foundation

/// The mounted file systems (proc(5), `/proc/mounts`).
struct MountTable: Sendable {
    struct Mount: Hashable, Sendable {
        let device: String
        let point: String
        let type: String
        let options: [String]
    }

    let mounts: [Mount]

    init(_ text: String) {
        mounts = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(Self.unescaped)
            guard words.count >= 4 else { return nil }
            return Mount(
                device: words[0], point: words[1], type: words[2],
                options: words[3].split(separator: ",").map(String.init))
        }
    }

    /// The one on which a real path is: the longest, and of several at one place the last, which covers the others.
    func mount(of path: String) -> Mount? {
        mounts.filter { $0.point == "/" || path == $0.point || path.hasPrefix($0.point + "/") }
            .reduce(nil) { best, next in
                best.map { $0.point.utf8.count > next.point.utf8.count } == true ? best : next
            }
    }

    /// Blanks and the like stand as "\040".
    private static func unescaped(_ word: Substring) -> String {
        var (bytes, rest) = ([UInt8](), Array(word.utf8)[...])
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
