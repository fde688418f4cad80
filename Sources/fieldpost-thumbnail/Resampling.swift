/// Makes lines of samples shorter. Each new sample is a weighted mean of the old ones around its place, by the cubic
/// kernel of R. Keys (1981, a = −0.5), widened by the factor so that nothing is skipped.
struct Resampling {
    /// For each new sample: the first old one that counts, and the weights from there on, whose sum is 2¹⁴.
    private var starts: [Int32] = []
    private var weights: [[Int32]] = []

    private static let one: Int32 = 1 << 14

    init(from old: Int, to new: Int) {
        let factor = max(1, Float(old) / Float(new))
        for index in 0..<new {
            let centre = (Float(index) + 0.5) * Float(old) / Float(new) - 0.5
            let first = max(0, Int((centre - 2 * factor).rounded(.up)))
            let last = min(old - 1, Int((centre + 2 * factor).rounded(.down)))
            let values = (first...last).map { Self.kernel(abs(Float($0) - centre) / factor) }
            let sum = values.reduce(0, +)
            var line = values.map { Int32(($0 / sum * Float(Self.one)).rounded()) }
            // What rounding left over goes to the middle.
            line[line.count / 2] += Self.one - line.reduce(0, +)
            starts.append(Int32(first))
            weights.append(line)
        }
    }

    /// How samples lie in an array: sample `s` of line `l` is at `first + l × line + s × sample`.
    struct Layout {
        var first = 0
        let line: Int
        let sample: Int
    }

    /// Makes new lines from so many old ones.
    func apply(lines: Int, of source: [UInt8], _ old: Layout, to result: inout [UInt8], _ new: Layout) {
        source.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { result in
                guard let source = source.baseAddress, let result = result.baseAddress else { return }
                for index in weights.indices {
                    weights[index].withUnsafeBufferPointer { weights in
                        for line in 0..<lines {
                            result[new.first + line * new.line + index * new.sample] = Self.mean(
                                source + old.first + line * old.line + Int(starts[index]) * old.sample, old.sample,
                                weights)
                        }
                    }
                }
            }
        }
    }

    private static func mean(
        _ samples: UnsafePointer<UInt8>, _ step: Int, _ weights: UnsafeBufferPointer<Int32>
    ) -> UInt8 {
        var sum = one / 2
        var (index, place) = (0, 0)
        while index < weights.count {
            sum &+= weights[index] &* Int32(truncatingIfNeeded: samples[place])
            index &+= 1
            place &+= step
        }
        return UInt8(clamping: sum >> 14)
    }

    private static func kernel(_ distance: Float) -> Float {
        let (square, cube) = (distance * distance, distance * distance * distance)
        if distance < 1 { return 1.5 * cube - 2.5 * square + 1 }
        return distance < 2 ? -0.5 * cube + 2.5 * square - 4 * distance + 2 : 0
    }
}
