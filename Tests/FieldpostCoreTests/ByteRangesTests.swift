import FieldpostCore
import Testing

struct ByteRangesTests {
    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `ranges agree with a set of single bytes`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var (ranges, model) = (ByteRanges(), Set<UInt64>())
        for _ in 0..<40 {
            let start = UInt64.random(in: 0..<100, using: &random)
            let range = start..<start + UInt64.random(in: 0..<12, using: &random)
            #expect(ranges.missing(in: range).flatMap(Array.init) == range.filter { !model.contains($0) })
            ranges.insert(range)
            model.formUnion(range)
            #expect(ranges.ranges.flatMap(Array.init) == model.sorted())
            #expect(ByteRanges(ranges.ranges) == ranges)
            #expect(ranges.count == UInt64(model.count) && ranges.end == (model.max().map { $0 + 1 } ?? 0))
            #expect(ranges.prefix == (0...).first { !model.contains($0) })
        }
    }

    @Test(arguments: [[0..<0], [5..<9, 9..<10], [5..<9, 1..<2], [0..<5, 4..<6]] as [[Range<UInt64>]])
    func `ranges that touch, overlap, are empty or out of order are refused`(ranges: [Range<UInt64>]) {
        #expect(ByteRanges(ranges) == nil)
    }
}
