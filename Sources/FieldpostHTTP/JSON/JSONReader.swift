import FieldpostAPI
import FieldpostCore

/// Reads JSON exactly as RFC 8259 defines it: no extra commas, no comments, no `NaN`, no leading zeros. Foundation's
/// decoder accepts some of these, ignores repeated keys, and does not say where a body is wrong.
struct JSONReader {
    /// Why a body is not JSON, and at which byte, from 0.
    struct Malformed: Error, Hashable {
        let reason: String
        let position: Int
        /// From 1.
        let line: Int
        let encoding: Encoding

        /// What can be wrong with the bytes as a whole.
        enum Encoding: Hashable {
            case utf8
            case other
            /// The first one, as UTF-16 and UTF-32 have many. Some programs see only what is before it.
            case zeroByte(Int)
        }
    }

    private let bytes: [UInt8]
    private var position = 0
    /// The keys and indices that lead to the present value.
    private var path: [Step] = []
    private var repeated: [ProblemDetails.Fault] = []

    private enum Step {
        case key(String)
        case index(Int)

        var text: String {
            switch self {
            case .key(let key): key
            case .index(let index): "\(index)"
            }
        }
    }

    /// A byte order mark at the start is skipped (section 8.1). Also returns a fault for each key that occurs twice
    /// in an object, up to the number of faults that an answer shows. The first value of such a key counts.
    static func read(_ bytes: [UInt8]) throws(Malformed) -> (value: JSONNode, repeated: [ProblemDetails.Fault]) {
        var reader = JSONReader(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        reader.skipBlanks()
        let value = try reader.value()
        reader.skipBlanks()
        guard reader.position == bytes.count else { throw reader.malformed("there is something after the value") }
        return (value, reader.repeated)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    // MARK: Values

    private mutating func value() throws(Malformed) -> JSONNode {
        guard let byte = next else { throw malformed("it ends too early") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw malformed("a value is missing or invalid")
        }
    }

    private mutating func object() throws(Malformed) -> JSONObject {
        try descend()
        var object = JSONObject()
        if take(UInt8(ascii: "}")) { return object }
        while true {
            guard next == UInt8(ascii: "\"") else {
                throw malformed(next == nil ? "it ends too early" : "a key in double quotes is missing")
            }
            let start = position
            guard let key = try text() else {
                position = start
                throw malformed("a key contains half a surrogate pair")
            }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw malformed("a colon is missing after a key") }
            path.append(.key(key))
            let isRepeated = object.contains(key)
            if isRepeated { noteRepetition(key) }
            let value = try value()
            if !isRepeated { object.append(key, value) }
            path.removeLast()
            if try ends(UInt8(ascii: "}")) { return object }
        }
    }

    private mutating func list() throws(Malformed) -> JSONNode {
        try descend()
        var values: [JSONNode] = []
        if take(UInt8(ascii: "]")) { return .list(values) }
        while true {
            path.append(.index(values.count))
            values.append(try value())
            path.removeLast()
            if try ends(UInt8(ascii: "]")) { return .list(values) }
        }
    }

    /// Call this at an opening bracket.
    private mutating func descend() throws(Malformed) {
        guard path.count < Limits.jsonDepth else { throw malformed("it is nested more than \(Limits.jsonDepth) deep") }
        position += 1
        skipBlanks()
    }

    /// Call this after a value in an object or list. Returns true if the object or list ends here. Otherwise skips a
    /// comma.
    private mutating func ends(_ bracket: UInt8) throws(Malformed) -> Bool {
        skipBlanks()
        if take(bracket) { return true }
        let comma = position
        guard take(UInt8(ascii: ",")) else {
            throw malformed(next == nil ? "it ends too early" : "a comma or a closing bracket is missing")
        }
        if next == UInt8(ascii: "}") || next == UInt8(ascii: "]") {
            position = comma
            throw malformed("there is a comma before a closing bracket")
        }
        return false
    }

    private mutating func word(_ word: String, _ value: JSONNode) throws(Malformed) -> JSONNode {
        guard bytes[position...].starts(with: word.utf8) else { throw malformed("a value is missing or invalid") }
        position += word.utf8.count
        return value
    }

    private mutating func number() throws(Malformed) -> String {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        if let next, isDigit(next) { throw malformed("a number begins with a zero") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(Malformed) {
        guard let first = next, isDigit(first) else { throw malformed("a digit is missing in a number") }
        while let digit = next, isDigit(digit) { position += 1 }
    }

    // MARK: Texts

    /// Returns nil if the text contains half a surrogate pair.
    private mutating func text() throws(Malformed) -> String? {
        position += 1
        let start = position
        if try runEnds() { return try text(bytes.span.extracting(start..<position - 1)) }
        var text = Array(bytes[start..<position])
        var isWhole = true
        while true {
            // Half a pair keeps the bytes on both sides of it apart: together they could look like a character.
            let scalar = try escaped()
            if scalar == nil { isWhole = false }
            text += String(scalar ?? "\u{FFFD}").utf8
            let run = position
            let isLast = try runEnds()
            text += bytes[run..<(isLast ? position - 1 : position)]
            guard isLast else { continue }
            let decoded = try self.text(text.span)
            return isWhole ? decoded : nil
        }
    }

    /// Skips characters up to a backslash, or past the closing quote. Returns true if it was the quote.
    private mutating func runEnds() throws(Malformed) -> Bool {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return true
            case UInt8(ascii: "\\"): return false
            case 0..<0x20: throw malformed("a text contains a control character; write it as \\n or \\u00XX")
            default: position += 1
            }
        }
        throw malformed("a text does not end")
    }

    private func text(_ characters: Span<UInt8>) throws(Malformed) -> String {
        do throws(UTF8.ValidationError) {
            return String(copying: try UTF8Span(validating: characters))
        } catch {
            throw malformed("a text is not UTF-8")
        }
    }

    /// Returns nil for half a surrogate pair.
    private mutating func escaped() throws(Malformed) -> UnicodeScalar? {
        let letter = position + 1 < bytes.count ? bytes[position + 1] : 0
        if letter == UInt8(ascii: "u") {
            let first = try unit()
            guard (0xD800...0xDBFF).contains(first), bytes[position...].starts(with: "\\u".utf8) else {
                return UnicodeScalar(first)
            }
            let half = position
            let second = try unit()
            guard (0xDC00...0xDFFF).contains(second) else {
                position = half
                return nil
            }
            return UnicodeScalar(0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00)
        }
        let scalar: UnicodeScalar =
            switch letter {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): UnicodeScalar(letter)
            case UInt8(ascii: "b"): "\u{8}"
            case UInt8(ascii: "f"): "\u{C}"
            case UInt8(ascii: "n"): "\n"
            case UInt8(ascii: "r"): "\r"
            case UInt8(ascii: "t"): "\t"
            default: throw malformed("a text contains an invalid escape")
            }
        position += 2
        return scalar
    }

    /// Reads the four hexadecimal digits after `\u`.
    private mutating func unit() throws(Malformed) -> UInt16 {
        let digits = bytes[min(position + 2, bytes.count)..<min(position + 6, bytes.count)]
        guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw malformed("a text contains an invalid escape") }
        position += 6
        return unit
    }

    // MARK: Helpers

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Skips this byte and the white space after it, if it comes next.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        skipBlanks()
        return true
    }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func noteRepetition(_ key: String) {
        guard repeated.count < Problem.shownFaults else { return }
        let pointer = path.map { "/" + ObjectReader.pointerPart($0.text) }.joined()
        repeated.append(
            ProblemDetails.Fault(
                pointer: pointer.shortened(to: Problem.pointerScalars),
                detail: "The key \"\(key.shortened())\" occurs twice."))
    }

    /// An error at the present position. Faults of the bytes as a whole are determined only now.
    private func malformed(_ reason: String) -> Malformed {
        let before = bytes[..<min(position, bytes.count)]
        let zero = bytes.firstIndex(of: 0)
        let isText = String(validating: bytes, as: UTF8.self) != nil
        return Malformed(
            reason: reason, position: position, line: 1 + before.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) },
            encoding: isText ? zero.map { .zeroByte($0) } ?? .utf8 : .other)
    }
}
