/// Which bytes of a blob are there: ranges in order, which neither touch nor overlap.
package struct ByteRanges: Hashable, Sendable {
    package private(set) var ranges: [Range<UInt64>] = []

    package init() {}

    /// All bytes before `end`.
    package init(upTo end: UInt64) {
        if end > 0 { ranges = [0..<end] }
    }

    /// Nil unless the ranges are in order, not empty, and do not touch or overlap.
    package init?(_ ranges: [Range<UInt64>]) {
        guard ranges.allSatisfy({ !$0.isEmpty }),
            zip(ranges, ranges.dropFirst()).allSatisfy({ $0.upperBound < $1.lowerBound })
        else { return nil }
        self.ranges = ranges
    }

    package var isEmpty: Bool { ranges.isEmpty }

    /// How many bytes are there.
    package var count: UInt64 { ranges.reduce(0) { $0 + UInt64($1.count) } }

    /// The end of the last range; 0 if there is none.
    package var end: UInt64 { ranges.last?.upperBound ?? 0 }

    /// How many bytes from the first on are there without a gap.
    package var prefix: UInt64 {
        guard let first = ranges.first, first.lowerBound == 0 else { return 0 }
        return first.upperBound
    }

    /// Adds a range. It may touch and overlap what is there.
    package mutating func insert(_ range: Range<UInt64>) {
        guard !range.isEmpty else { return }
        let first = ranges.firstIndex { $0.upperBound >= range.lowerBound } ?? ranges.count
        let last = ranges[first...].firstIndex { $0.lowerBound > range.upperBound } ?? ranges.count
        let lower = first < last ? min(ranges[first].lowerBound, range.lowerBound) : range.lowerBound
        let upper = first < last ? max(ranges[last - 1].upperBound, range.upperBound) : range.upperBound
        ranges.replaceSubrange(first..<last, with: [lower..<upper])
    }

    /// The parts of a range that are not there, in order.
    package func missing(in range: Range<UInt64>) -> [Range<UInt64>] {
        var (gaps, next) = ([Range<UInt64>](), range.lowerBound)
        for held in ranges where held.upperBound > range.lowerBound && held.lowerBound < range.upperBound {
            if held.lowerBound > next { gaps.append(next..<held.lowerBound) }
            next = max(next, held.upperBound)
        }
        if next < range.upperBound { gaps.append(next..<range.upperBound) }
        return gaps
    }
}
