/// Texts in fewer bytes than UTF-8 takes for Chinese (PROTOCOL.md, 7.12). It works on any bytes, and gives them back
/// exactly: what is not one of these characters in UTF-8 stands behind a mark.
///
/// | first byte | stands for |
/// |---|---|
/// | 00–7F | itself |
/// | 80–D1, then a byte | U+4E00 to U+9FFF |
/// | D2–D9, then a byte | U+0080 to U+07FF |
/// | DA, DB, DC, then a byte | U+20xx, U+30xx, U+FFxx |
/// | DD–FE | one of `frequent` |
/// | FF, then n, then n bytes | these bytes, as they are |
enum PackedText {
    /// Characters that have a byte of their own: marks of punctuation, and characters that are frequent in Chinese
    /// texts and in the names of places.
    static let frequent = "，。、的一是不了在人有我他这个们中来上大为和地到小区路街道社时要会没"

    private static let firstFrequent: UInt8 = 0xDD
    private static let mark: UInt8 = 0xFF
    private static let longestRun = 255

    // MARK: Packing

    static func append(_ text: UnsafeBufferPointer<UInt8>, to packed: inout [UInt8]) {
        singles.withUnsafeBufferPointer { singles in
            var position = 0
            var plainFrom = 0  // where the bytes begin that must stand as they are
            while position < text.count {
                let lead = text[position]
                if lead < 0x80 {
                    appendPlain(text, plainFrom..<position, to: &packed)
                    packed.append(lead)
                    position += 1
                    plainFrom = position
                } else if let (character, size) = character(text, at: position) {
                    appendPlain(text, plainFrom..<position, to: &packed)
                    let single = singles[character - firstPair]
                    if single != 0 {
                        packed.append(single)
                    } else {
                        packed.append(UInt8(character >> 8))
                        packed.append(UInt8(character & 0xFF))
                    }
                    position += size
                    plainFrom = position
                } else {
                    position += 1
                }
            }
            appendPlain(text, plainFrom..<position, to: &packed)
        }
    }

    /// The character at `position` as a pair of bytes, high byte first, and its size in UTF-8. Nil for bytes that have
    /// no such form.
    @inline(__always)
    private static func character(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> (Int, size: Int)? {
        let lead = Int(text[position])
        guard position + 1 < text.count, text[position + 1] & 0xC0 == 0x80 else { return nil }
        let second = Int(text[position + 1] & 0x3F)
        if (0xC2...0xDF).contains(lead) { return (0xD200 + (lead & 0x1F) << 6 | second, 2) }
        guard (0xE2...0xEF).contains(lead), position + 2 < text.count, text[position + 2] & 0xC0 == 0x80 else {
            return nil
        }
        let scalar = (lead & 0x0F) << 12 | second << 6 | Int(text[position + 2] & 0x3F)
        switch scalar >> 8 {
        case 0x4E...0x9F: return (scalar + 0x8000 - 0x4E00, 3)
        case 0x20: return (scalar + 0xDA00 - 0x2000, 3)
        case 0x30: return (scalar + 0xDB00 - 0x3000, 3)
        case 0xFF: return (scalar + 0xDC00 - 0xFF00, 3)
        default: return nil
        }
    }

    private static func appendPlain(
        _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, to packed: inout [UInt8]
    ) {
        var from = range.lowerBound
        while from < range.upperBound {
            let end = min(from + longestRun, range.upperBound)
            packed.append(mark)
            packed.append(UInt8(end - from))
            packed.append(contentsOf: text[from..<end])
            from = end
        }
    }

    // MARK: Unpacking

    /// Appends the text that `packed` stands for. Returns false for bytes that stand for none, and when the text does
    /// not fit in `limit` bytes.
    static func unpack(_ packed: UnsafeBufferPointer<UInt8>, to text: inout [UInt8], limit: Int) -> Bool {
        // No byte stands for more than three.
        let start = text.count
        text.append(contentsOf: repeatElement(0, count: 3 * packed.count))
        let written = text.withUnsafeMutableBufferPointer { text in
            frequentScalars.withUnsafeBufferPointer { frequent in
                unpack(packed, to: UnsafeMutableBufferPointer(rebasing: text[start...]), frequent)
            }
        }
        text.removeLast(3 * packed.count - (written ?? 0))
        guard let written else { return false }
        return written <= limit
    }

    /// Returns how many bytes were written.
    private static func unpack(
        _ packed: UnsafeBufferPointer<UInt8>, to text: UnsafeMutableBufferPointer<UInt8>,
        _ frequent: UnsafeBufferPointer<Int>
    ) -> Int? {
        var (position, count) = (0, 0)
        while position < packed.count {
            let lead = packed[position]
            position += 1
            if lead < 0x80 {
                text[count] = lead
                count += 1
                continue
            }
            if lead >= firstFrequent, lead != mark {
                count += write(frequent[Int(lead - firstFrequent)], to: text, at: count)
                continue
            }
            guard position < packed.count else { return nil }
            let low = packed[position]
            position += 1
            guard lead != mark else {
                guard Int(low) <= packed.count - position else { return nil }
                for offset in 0..<Int(low) { text[count + offset] = packed[position + offset] }
                position += Int(low)
                count += Int(low)
                continue
            }
            let pair = Int(lead) << 8 | Int(low)
            let scalar: Int
            switch lead {
            case 0xD2...0xD9:
                guard pair >= 0xD280 else { return nil }
                scalar = pair - 0xD200
            case 0xDA: scalar = pair - 0xDA00 + 0x2000
            case 0xDB: scalar = pair - 0xDB00 + 0x3000
            case 0xDC: scalar = pair - 0xDC00 + 0xFF00
            default: scalar = pair - 0x8000 + 0x4E00
            }
            count += write(scalar, to: text, at: count)
        }
        return count
    }

    /// Writes a character of two or three bytes in UTF-8, and returns how many.
    @inline(__always)
    private static func write(_ scalar: Int, to text: UnsafeMutableBufferPointer<UInt8>, at place: Int) -> Int {
        let last = UInt8(0x80 | scalar & 0x3F)
        if scalar < 0x800 {
            text[place] = UInt8(0xC0 | scalar >> 6)
            text[place + 1] = last
            return 2
        }
        text[place] = UInt8(0xE0 | scalar >> 12)
        text[place + 1] = UInt8(0x80 | scalar >> 6 & 0x3F)
        text[place + 2] = last
        return 3
    }

    // MARK: Tables

    private static let frequentScalars: [Int] = frequent.unicodeScalars.map { Int($0.value) }

    private static let firstPair = 0x8000

    /// For each pair of bytes from 8000 to DCFF, the byte that stands for the same character, or 0.
    private static let singles: [UInt8] = {
        var singles = [UInt8](repeating: 0, count: 0xDD00 - firstPair)
        for (offset, scalar) in frequent.unicodeScalars.enumerated() {
            let utf8 = Array(String(scalar).utf8)
            let pair = utf8.withUnsafeBufferPointer { character($0, at: 0)?.0 }
            guard let pair else { preconditionFailure("\(scalar) has no pair of bytes") }
            singles[pair - firstPair] = firstFrequent + UInt8(offset)
        }
        return singles
    }()
}
