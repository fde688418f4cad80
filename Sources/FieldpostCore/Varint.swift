/// Numbers of variable length: seven bits in each byte, lowest first. The top bit is set in all bytes except the last.
///
/// Other rooms call these for each number of a batch, so they are compiled into them.
package enum Varint {
    @inlinable package static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// How many bytes `append` writes.
    @inlinable package static func size(_ value: UInt64) -> Int {
        max(1, (UInt64.bitWidth - value.leadingZeroBitCount + 6) / 7)
    }

    /// Reads the number at `position` and moves `position` past it; nil when the number does not end, or is longer than
    /// 64 bits.
    @inlinable package static func read<Bytes: RandomAccessCollection<UInt8>>(
        _ bytes: Bytes, at position: inout Int, end: Int
    ) -> UInt64? where Bytes.Index == Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    /// The same, in memory that the caller holds. Nil also for a number that is longer than it must be.
    @inlinable
    @inline(__always)
    package static func readShortest(
        _ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int, end: Int
    ) -> UInt64? {
        guard position < end else { return nil }
        let first = bytes[position]
        position += 1
        if first < 0x80 { return UInt64(first) }
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while position < end {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return byte == 0 ? nil : value }
            shift += 7
        }
        return nil
    }
}
