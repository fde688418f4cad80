import FieldpostCore

/// A column of numbers of 64 bits (PROTOCOL.md, 7.10): either the numbers themselves or the differences of neighbours.
/// All are written as multiples of one factor above one base, in as many bytes as the greatest needs: first the lowest
/// bytes of all, then the next ones. Arithmetic is modulo 2^64, so every list of numbers comes back.
enum NumberColumn {
    /// Marks a column of differences in the head byte, beside the width.
    static let differences: UInt8 = 0x10
    static let widest = 8

    static func append(_ numbers: [UInt64], to bytes: inout [UInt8]) {
        guard let first = numbers.first else { return }
        var scale = Scale(numbers, differences: false)
        var isDifferences = false
        if scale.greatest > 0, numbers.count > 2 {
            let other = Scale(numbers, differences: true)
            if other.greatest < scale.greatest { (scale, isDifferences) = (other, true) }
        }
        let width = (UInt64.bitWidth - scale.greatest.leadingZeroBitCount + 7) / 8
        bytes.append(UInt8(width) | (isDifferences ? differences : 0))
        if isDifferences { Varint.append(first, to: &bytes) }
        Varint.append(UInt64(bitPattern: scale.base << 1 ^ scale.base >> 63), to: &bytes)
        guard width > 0 else { return }
        Varint.append(scale.factor, to: &bytes)
        let quotients = scale.quotients(of: numbers, differences: isDifferences)
        for place in 0..<width {
            let shift = UInt64(place) * 8
            for quotient in quotients { bytes.append(UInt8(truncatingIfNeeded: quotient >> shift)) }
        }
    }

    /// How a list of numbers, or of their differences, is written.
    private struct Scale {
        var base = Int64.max
        var factor: UInt64 = 0
        var greatest: UInt64 = 0

        init(_ numbers: [UInt64], differences: Bool) {
            var most = Int64.min
            Self.each(numbers, differences) { value in
                base = min(base, value)
                most = max(most, value)
            }
            let range = UInt64(bitPattern: most) &- UInt64(bitPattern: base)
            guard range > 0 else { return }
            Self.each(numbers, differences) { value in
                if factor != 1 { factor = Self.divisor(factor, UInt64(bitPattern: value) &- UInt64(bitPattern: base)) }
            }
            greatest = range / factor
        }

        func quotients(of numbers: [UInt64], differences: Bool) -> [UInt64] {
            var quotients: [UInt64] = []
            quotients.reserveCapacity(numbers.count)
            Self.each(numbers, differences) { value in
                let above = UInt64(bitPattern: value) &- UInt64(bitPattern: base)
                quotients.append(factor == 1 ? above : above / factor)
            }
            return quotients
        }

        @inline(__always)
        private static func each(_ numbers: [UInt64], _ differences: Bool, _ body: (Int64) -> Void) {
            guard differences else {
                for number in numbers { body(Int64(bitPattern: number)) }
                return
            }
            for index in 1..<numbers.count { body(Int64(bitPattern: numbers[index] &- numbers[index - 1])) }
        }

        private static func divisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
            var (divisor, rest) = (first, second)
            while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
            return divisor
        }
    }
}

/// Reads the numbers of a column one after the other, from where they stand.
struct NumberReader {
    private var place: Int
    private let planeBytes: Int
    private let width: Int
    private let isDifferences: Bool
    private var previous: UInt64 = 0
    private let base: UInt64
    private let factor: UInt64
    private var isFirst: Bool

    /// Reads the head of a column of `count` numbers at `position`, and moves `position` behind the column. Nil when it
    /// reaches beyond the end of `bytes` or its head is none.
    init?(_ bytes: [UInt8], at position: inout Int, count: Int) {
        guard count > 0 else { return nil }
        guard position < bytes.count else { return nil }
        let head = bytes[position]
        position += 1
        isDifferences = head & NumberColumn.differences != 0
        width = Int(head & ~NumberColumn.differences)
        guard width <= NumberColumn.widest else { return nil }
        if isDifferences {
            guard let first = Varint.read(bytes, at: &position, end: bytes.count) else { return nil }
            previous = first
        }
        guard let base = Varint.read(bytes, at: &position, end: bytes.count) else { return nil }
        self.base = base >> 1 ^ (0 &- base & 1)
        isFirst = isDifferences
        planeBytes = isDifferences ? count - 1 : count
        if width > 0 {
            guard let factor = Varint.read(bytes, at: &position, end: bytes.count) else { return nil }
            self.factor = factor
        } else {
            factor = 0
        }
        place = position
        guard width * planeBytes <= bytes.count - position else { return nil }
        position += width * planeBytes
    }

    /// The next number. `bytes`: those that the column was opened in. There must be one more.
    @inline(__always)
    mutating func next(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        if isFirst {
            isFirst = false
            return previous
        }
        var quotient: UInt64 = 0
        var at = place
        for plane in 0..<width {
            quotient |= UInt64(bytes[at]) << UInt64(plane * 8)
            at += planeBytes
        }
        place += 1
        let value = base &+ factor &* quotient
        guard isDifferences else { return value }
        previous &+= value
        return previous
    }
}
