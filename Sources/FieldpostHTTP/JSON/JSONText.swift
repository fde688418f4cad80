/// JSON that is written piece by piece. Whoever writes it takes care of the commas and the order of keys.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    init(reserving count: Int) { bytes.reserveCapacity(count) }

    /// Anything that needs no escape, as it is.
    mutating func literal(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ written: some Collection<UInt8>) { bytes.append(contentsOf: written) }

    /// A name and a text.
    mutating func member(_ name: StaticString, _ value: String) {
        literal("\"")
        literal(name)
        literal("\":")
        text(value)
    }

    mutating func number(_ value: some FixedWidthInteger) { bytes.append(contentsOf: value.description.utf8) }

    /// The caller makes sure that it is finite.
    mutating func number(_ value: Double) { Self.append(value, to: &bytes) }

    mutating func text(_ value: String) { Self.append(value, to: &bytes) }

    /// In the shortest form that gives the same number, and without ".0".
    static func append(_ value: some BinaryFloatingPoint & CustomStringConvertible, to bytes: inout [UInt8]) {
        let text = value.description
        bytes.append(contentsOf: text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...])
    }

    static func append(_ value: String, to bytes: inout [UInt8]) {
        var value = value
        value.withUTF8 { append($0, to: &bytes) }
    }

    private static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        for (place, byte) in text.enumerated()
        where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            bytes.append(contentsOf: text[start..<place])
            bytes += escaped(byte)
            start = place + 1
        }
        bytes.append(contentsOf: text[start...])
        bytes.append(UInt8(ascii: "\""))
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case 0x08: Array("\\b".utf8)
        case 0x09: Array("\\t".utf8)
        case 0x0A: Array("\\n".utf8)
        case 0x0C: Array("\\f".utf8)
        case 0x0D: Array("\\r".utf8)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
        default: Array("\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8)
        }
    }
}
