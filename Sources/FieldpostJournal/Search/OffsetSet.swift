import FieldpostCore

/// Some reports of one segment, by their last bits.
struct OffsetSet: Sendable {
    static let count = 1 << Int(Limits.searchSegmentBits)

    private(set) var words: [UInt64]

    init() { words = Array(repeating: 0, count: Self.count / 64) }

    static let all: Self = {
        var set = Self()
        for index in set.words.indices { set.words[index] = .max }
        return set
    }()

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    func contains(_ offset: Int) -> Bool { words[offset >> 6] >> UInt64(offset & 63) & 1 == 1 }
    mutating func insert(_ offset: Int) { words[offset >> 6] |= 1 << UInt64(offset & 63) }
    mutating func remove(_ offset: Int) { words[offset >> 6] &= ~(1 << UInt64(offset & 63)) }
    mutating func set(_ index: Int, to word: UInt64) { words[index] = word }

    mutating func formIntersection(_ other: Self) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    mutating func formUnion(_ other: Self) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    /// The greatest member below a bound.
    func last(below bound: Int) -> Int? {
        guard bound > 0 else { return nil }
        var index = (bound - 1) >> 6
        var word = words[index] & (.max >> UInt64(63 - (bound - 1) & 63))
        while word == 0 {
            guard index > 0 else { return nil }
            index -= 1
            word = words[index]
        }
        return index << 6 | (63 - word.leadingZeroBitCount)
    }
}
