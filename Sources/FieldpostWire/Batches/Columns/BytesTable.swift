/// Finds byte strings that were met before, by their content. It forgets none, and copies each once.
///
/// A search looks at few places, so a peer that makes strings with equal hashes costs no time: some strings are then
/// not found again, and get a second number.
struct BytesTable {
    private static let places = 8

    private var arena: [UInt8] = []
    private var ends: [Int] = []
    private var slots: [Int32] = [Int32](repeating: -1, count: 32)

    var count: Int { ends.count }

    /// All strings, one behind the other.
    var joined: [UInt8] { arena }

    /// The number of the string, and whether it is new.
    mutating func index(of string: UnsafeBufferPointer<UInt8>) -> (index: Int, isNew: Bool) {
        if (ends.count + 1) * 2 > slots.count { grow() }
        let hash = Self.hash(string)
        var free: Int?
        for place in 0..<Self.places {
            let slot = (hash &+ place) & (slots.count - 1)
            guard slots[slot] >= 0 else {
                free = slot
                break
            }
            if isString(Int(slots[slot]), equalTo: string) { return (Int(slots[slot]), false) }
        }
        if let free { slots[free] = Int32(ends.count) }
        arena.append(contentsOf: string)
        ends.append(arena.count)
        return (ends.count - 1, true)
    }

    func range(of index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    private func isString(_ index: Int, equalTo string: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(of: index)
        guard range.count == string.count else { return false }
        return arena.withUnsafeBufferPointer { arena in
            for offset in 0..<string.count where arena[range.lowerBound + offset] != string[offset] { return false }
            return true
        }
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for index in ends.indices {
            let range = range(of: index)
            let hash = arena.withUnsafeBufferPointer { Self.hash(UnsafeBufferPointer(rebasing: $0[range])) }
            for place in 0..<Self.places where slots[(hash &+ place) & (slots.count - 1)] < 0 {
                slots[(hash &+ place) & (slots.count - 1)] = Int32(index)
                break
            }
        }
    }

    private static func hash(_ string: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(string.count)
        let bytes = UnsafeRawBufferPointer(string)
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = (hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
            offset += 8
        }
        while offset < bytes.count {
            hash = (hash ^ UInt64(bytes[offset])) &* 0x100_0000_01B3
            offset += 1
        }
        hash ^= hash >> 29
        return Int(truncatingIfNeeded: hash & 0x7FFF_FFFF)
    }
}
