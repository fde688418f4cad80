import Foundation

/// Finds keys that stand twice in one JSON object: the decoder takes one of their values and drops the other in
/// silence.
struct RepeatedKeys {
    /// Objects inside objects that are looked into; the API itself has two. What lies deeper is refused as unknown.
    private static let depth = 8

    private enum Container {
        case array
        /// The keys seen; the last of them is the one whose value is being read.
        case object(seen: Set<String>, last: String)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var open: [Container] = []
    private var faults: [Problem.Fault] = []
    private var isWellFormed = true

    /// `data`: UTF-8 that the decoder took for JSON. It does not look into values that nobody asks for, so that strings
    /// in them may be none: nil then. Else one fault for each repetition, in order.
    static func find(in data: Data) -> [Problem.Fault]? {
        var scan = RepeatedKeys(bytes: Array(data))
        scan.run()
        return scan.isWellFormed && scan.open.isEmpty ? scan.faults : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func run() {
        var isKeyNext = false
        while position < bytes.count, isWellFormed {
            switch bytes[position] {
            case UInt8(ascii: "{"):
                open.append(.object(seen: [], last: ""))
                isKeyNext = true
            case UInt8(ascii: "["):
                open.append(.array)
                isKeyNext = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                isWellFormed = open.popLast() != nil
                isKeyNext = false
            case UInt8(ascii: ","):
                if case .object = open.last { isKeyNext = true }
            case UInt8(ascii: "\""):
                let text = skipString()
                if isKeyNext { note(key: text) }
                isKeyNext = false
            default: break
            }
            position += 1
        }
    }

    /// From one quote to the other. Returns what stands between them, with its escapes.
    private mutating func skipString() -> ArraySlice<UInt8> {
        let start = position + 1
        position = start
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? escapeLength : 1
        }
        if position >= bytes.count { isWellFormed = false }
        return bytes[start..<min(position, bytes.count)]
    }

    /// Bytes of the escape that begins here (RFC 8259, section 7).
    private var escapeLength: Int {
        mutating get {
            let escape = bytes[(position + 1)...].prefix(5)
            switch escape.first {
            case UInt8(ascii: "u"):
                if escape.count < 5 || !escape.dropFirst().allSatisfy(Self.isHexDigit) { isWellFormed = false }
                return 6
            case let letter?:
                if !"\"\\/bfnrt".utf8.contains(letter) { isWellFormed = false }
                return 2
            case nil:
                isWellFormed = false
                return 1
            }
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { Character(UnicodeScalar(byte)).isHexDigit }

    private mutating func note(key escaped: ArraySlice<UInt8>) {
        guard open.count <= Self.depth, case .object(var seen, _) = open.last else { return }
        let key = Self.unescaped(escaped)
        let isNew = seen.insert(key).inserted
        open[open.count - 1] = .object(seen: seen, last: key)
        guard !isNew else { return }
        let pointer = open.map { container in
            if case .object(_, let last) = container { "/" + ObjectReader.pointerPart(last) } else { "" }
        }.joined()
        faults.append(
            Problem.Fault(pointer: pointer, detail: "The key \"\(ObjectReader.shortened(key))\" stands twice."))
    }

    /// `"\u0061"` is the same key as `"a"`.
    private static func unescaped(_ escaped: ArraySlice<UInt8>) -> String {
        let plain = String(decoding: escaped, as: UTF8.self)
        guard escaped.contains(UInt8(ascii: "\\")) else { return plain }
        return (try? JSONDecoder().decode(String.self, from: Data("\"\(plain)\"".utf8))) ?? plain
    }
}
