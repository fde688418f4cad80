import FieldpostCore

/// The structure that Exif data have in every format: TIFF 6.0 with directories (IFD), as JEITA CP-3451 (Exif), 4.6
/// requires. Every read is checked against the bytes that are there, and what cannot be read is nil.
struct TIFFStructure {
    private let bytes: [UInt8]
    private let isLittleEndian: Bool
    /// Where the first directory is.
    private(set) var firstDirectory = 0

    /// Nil unless it begins as TIFF does: the byte order, 42, and the position of the first directory.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        switch (bytes[0], bytes[1]) {
        case (0x49, 0x49): isLittleEndian = true
        case (0x4D, 0x4D): isLittleEndian = false
        default: return nil
        }
        self.bytes = bytes
        guard number(at: 2, count: 2) == 42, let first = number(at: 4, count: 4) else { return nil }
        firstDirectory = first
    }

    /// An unsigned number of up to 4 bytes.
    func number(at offset: Int, count: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count - count else { return nil }
        let part = bytes[offset..<(offset + count)]
        return isLittleEndian
            ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
    }

    func bytes(_ range: Range<Int>) -> ArraySlice<UInt8>? {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
        return bytes[range]
    }

    /// The directory at an offset, with up to `Limits.exifTags` entries. What cannot be read is left out.
    func directory(at offset: Int) -> TIFFDirectory {
        var entries: [UInt16: TIFFEntry] = [:]
        let count = min(number(at: offset, count: 2) ?? 0, Limits.exifTags)
        for index in 0..<count {
            let start = offset + 2 + 12 * index
            guard let tag = number(at: start, count: 2), let entry = entry(at: start) else { continue }
            // Of a tag that is there twice, the first counts.
            let key = UInt16(truncatingIfNeeded: tag)
            if entries[key] == nil { entries[key] = entry }
        }
        return TIFFDirectory(structure: self, entries: entries)
    }

    /// TIFF 6.0, section 2: tag, type, count, and the value, or its position if it takes more than four bytes.
    private func entry(at start: Int) -> TIFFEntry? {
        guard let code = number(at: start + 2, count: 2), let type = TIFFType(rawValue: code),
            let count = number(at: start + 4, count: 4)
        else { return nil }
        let length = count * type.byteCount
        guard let value = length <= 4 ? start + 8 : number(at: start + 8, count: 4),
            value <= bytes.count, length <= bytes.count - value
        else { return nil }
        return TIFFEntry(type: type, count: count, value: value..<(value + length))
    }
}

/// The types of values that are read here (TIFF 6.0, section 2). Signed ones are passed over: no tag that is read has
/// them.
enum TIFFType: Int {
    case byte = 1, ascii, short, long, rational
    case undefined = 7

    var byteCount: Int {
        switch self {
        case .byte, .ascii, .undefined: 1
        case .short: 2
        case .long: 4
        case .rational: 8
        }
    }
}

/// One entry of a directory. Its value lies inside the structure.
struct TIFFEntry {
    let type: TIFFType
    let count: Int
    let value: Range<Int>
}

/// The entries of one directory. A value of another type than asked for, or of too few elements, is nil.
struct TIFFDirectory {
    let structure: TIFFStructure
    let entries: [UInt16: TIFFEntry]

    /// The first element of an integer.
    func integer(_ tag: UInt16) -> Int? {
        guard let entry = entries[tag], entry.count >= 1, [.byte, .short, .long].contains(entry.type) else {
            return nil
        }
        return structure.number(at: entry.value.lowerBound, count: entry.type.byteCount)
    }

    /// Text up to the first NUL, without spaces around it. Nil if it is empty or not ASCII.
    func text(_ tag: UInt16) -> String? {
        guard let entry = entries[tag], entry.type == .ascii, entry.count <= Limits.shortTextBytes,
            let bytes = structure.bytes(entry.value)?.prefix(while: { $0 != 0 }), bytes.allSatisfy({ $0 < 0x80 })
        else { return nil }
        let space = UInt8(ascii: " ")
        let trimmed = bytes.drop { $0 == space }.reversed().drop { $0 == space }.reversed()
        return trimmed.isEmpty ? nil : String(decoding: trimmed, as: UTF8.self)
    }

    /// `count` fractions. Nil if one of them is a division by zero, which is how phones write an unknown value.
    func fractions(_ tag: UInt16, count: Int) -> [Double]? {
        guard let entry = entries[tag], entry.type == .rational, entry.count >= count else { return nil }
        var values: [Double] = []
        for index in 0..<count {
            let start = entry.value.lowerBound + 8 * index
            guard let numerator = structure.number(at: start, count: 4),
                let denominator = structure.number(at: start + 4, count: 4), denominator > 0
            else { return nil }
            values.append(Double(numerator) / Double(denominator))
        }
        return values
    }
}
