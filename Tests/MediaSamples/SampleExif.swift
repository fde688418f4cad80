/// Exif data: a TIFF structure with the three directories that are read.
package struct SampleExif: Sendable {
    package enum Value: Sendable {
        case ascii(String)
        case bytes([UInt8])
        case shorts([Int])
        case longs([Int])
        case rationals([Rational])
    }

    package struct Rational: Sendable {
        let numerator: Int
        let denominator: Int

        package init(_ numerator: Int, _ denominator: Int = 1) {
            (self.numerator, self.denominator) = (numerator, denominator)
        }
    }

    package var isLittleEndian = false
    package var image: [Int: Value] = [:]
    package var exif: [Int: Value] = [:]
    package var gps: [Int: Value] = [:]

    package init() {}

    /// Orientation 6, a time with zone and sub-seconds, and a place in Shenzhen with all that is read.
    package static let full: SampleExif = {
        var exif = SampleExif()
        exif.image = [0x0112: .shorts([6])]
        exif.exif = [
            0x9003: .ascii("2026:11:29 08:30:15"), 0x9011: .ascii("+08:00"), 0x9291: .ascii("42"),
        ]
        exif.gps = [
            0x01: .ascii("N"), 0x02: .rationals([.init(22), .init(41), .init(3012, 100)]),
            0x03: .ascii("E"), 0x04: .rationals([.init(114), .init(20), .init(4788, 100)]),
            0x05: .bytes([1]), 0x06: .rationals([.init(85, 10)]),
            0x07: .rationals([.init(0), .init(30), .init(145, 10)]), 0x0B: .rationals([.init(12, 10)]),
            0x10: .ascii("M"), 0x11: .rationals([.init(27125, 100)]), 0x1D: .ascii("2026:11:29"),
            0x1F: .rationals([.init(475, 100)]),
        ]
        return exif
    }()

    /// The structure: the first directory, the one of Exif, the one of GPS, each followed by its longer values.
    package var tiff: [UInt8] {
        let pointers = image.merging([0x8769: .longs([0]), 0x8825: .longs([0])]) { $1 }
        let exifStart = 8 + directory(pointers, at: 8).count
        let gpsStart = exifStart + directory(exif, at: exifStart).count
        let first = image.merging([0x8769: .longs([exifStart]), 0x8825: .longs([gpsStart])]) { $1 }
        let order = Bytes.text(isLittleEndian ? "II" : "MM")
        return order + number(42, 2) + number(8, 4) + directory(first, at: 8) + directory(exif, at: exifStart)
            + directory(gps, at: gpsStart)
    }

    private func number(_ value: Int, _ count: Int) -> [UInt8] {
        isLittleEndian ? Bytes.little(value, count) : Bytes.big(value, count)
    }

    private func directory(_ values: [Int: Value], at start: Int) -> [UInt8] {
        var entries = number(values.count, 2)
        var longer: [UInt8] = []
        let end = start + 2 + 12 * values.count + 4
        for (tag, value) in values.sorted(by: { $0.key < $1.key }) {
            let (type, count, bytes) = encoded(value)
            entries += number(tag, 2) + number(type, 2) + number(count, 4)
            if bytes.count <= 4 {
                entries += bytes + [UInt8](repeating: 0, count: 4 - bytes.count)
            } else {
                entries += number(end + longer.count, 4)
                longer += bytes
            }
        }
        return entries + number(0, 4) + longer
    }

    private func encoded(_ value: Value) -> (type: Int, count: Int, bytes: [UInt8]) {
        switch value {
        case .bytes(let bytes): (1, bytes.count, bytes)
        case .ascii(let text): (2, text.utf8.count + 1, Bytes.text(text) + [0])
        case .shorts(let values): (3, values.count, values.flatMap { number($0, 2) })
        case .longs(let values): (4, values.count, values.flatMap { number($0, 4) })
        case .rationals(let values):
            (5, values.count, values.flatMap { number($0.numerator, 4) + number($0.denominator, 4) })
        }
    }
}
