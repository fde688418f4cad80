/// A 128-bit identifier. Its text form is a lower-case UUID (RFC 9562, section 4). The version bits may have any value.
package protocol Identifier128: Hashable, Sendable, Comparable, CustomStringConvertible {
    var value: UInt128 { get }
    init(_ value: UInt128)
}

extension Identifier128 {
    package static var byteCount: Int { 16 }

    /// 128 random bits from the system's generator.
    package static func random() -> Self {
        var generator = SystemRandomNumberGenerator()
        return Self(UInt128(generator.next()) << 64 | UInt128(generator.next()))
    }

    /// Exactly 16 bytes, or nil.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let direct = bytes.withContiguousStorageIfAvailable {
            UInt128(bigEndian: UnsafeRawBufferPointer($0).loadUnaligned(as: UInt128.self))
        }
        self.init(direct ?? bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
    }

    /// A UUID's text (8-4-4-4-12 hexadecimal digits, either case), or nil.
    package init?(text: some StringProtocol) {
        var (value, place) = (UInt128(0), 0)
        for byte in text.utf8 {
            if Self.isHyphen(at: place) {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard place < Self.textBytes, let digit = Hex.value(of: byte) else { return nil }
                value = value << 4 | UInt128(digit)
            }
            place += 1
        }
        guard place == Self.textBytes else { return nil }
        self.init(value)
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    package func append(to buffer: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { buffer.append(contentsOf: $0) }
    }

    package var description: String {
        String(unsafeUninitializedCapacity: Self.textBytes) { text in
            var rest = value
            for place in (0..<Self.textBytes).reversed() {
                guard !Self.isHyphen(at: place) else {
                    text[place] = UInt8(ascii: "-")
                    continue
                }
                text[place] = Hex.digit(UInt8(truncatingIfNeeded: rest & 15))
                rest >>= 4
            }
            return Self.textBytes
        }
    }

    private static var textBytes: Int { 36 }

    private static func isHyphen(at place: Int) -> Bool { place == 8 || place == 13 || place == 18 || place == 23 }

    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// The idempotency key. It is minted where a change was made (terminal, page, console), and stays the same when the
/// entry moves to another dot.
package struct EntryID: Identifier128 {
    private let words: Words128
    package init(_ value: UInt128) { words = Words128(value) }
    package var value: UInt128 { words.value }
}

/// Identifies a report (事件). It is minted by the terminal, or by the node that accepted the report.
package struct ReportID: Identifier128 {
    private let words: Words128
    package init(_ value: UInt128) { words = Words128(value) }
    package var value: UInt128 { words.value }

    /// All zeros: no report. Entries about the journal itself have it.
    package static let none = ReportID(0)
}

/// Identifies an upload of a photo or clip at one node.
package struct UploadID: Identifier128 {
    private let words: Words128
    package init(_ value: UInt128) { words = Words128(value) }
    package var value: UInt128 { words.value }
}

/// One continuous history of a node's journal. A restore, a rewind or a clone begins a new one.
package struct Incarnation: Identifier128 {
    private let words: Words128
    package init(_ value: UInt128) { words = Words128(value) }
    package var value: UInt128 { words.value }
}

/// One run of a machine's kernel. Monotonic times can be compared only within the same boot.
package struct BootID: Identifier128 {
    private let words: Words128
    package init(_ value: UInt128) { words = Words128(value) }
    package var value: UInt128 { words.value }
}

/// The secret part of a token. Only its hash is ever stored. `description` hides it, so it is not printed by accident.
package struct TokenSecret: Identifier128 {
    private let words: Words128
    package init(_ value: UInt128) { words = Words128(value) }
    package var value: UInt128 { words.value }
    package var description: String { "(secret)" }

    package var hash: Hash256 { Hash256(hashing: Array("fieldpost token 1".utf8) + bytes) }
}

/// 128 bits as two words. A stored `UInt128` would be simpler, but the 6.3 compiler for Linux makes code that crashes
/// when a structure with one is the result of an `async` function with a typed error.
private struct Words128: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init(_ value: UInt128) {
        high = UInt64(truncatingIfNeeded: value >> 64)
        low = UInt64(truncatingIfNeeded: value)
    }

    var value: UInt128 { UInt128(high) << 64 | UInt128(low) }
}
