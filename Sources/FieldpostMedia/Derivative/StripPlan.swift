import FieldpostCore

/// The pieces of which a stripped file consists, in order.
struct StripPlan {
    enum Piece {
        /// A range of the original.
        case original(Range<Int>)
        case inserted([UInt8])
        /// So many bytes of 0, in the place of as many that were taken out.
        case zeros(Int)

        var count: Int {
            switch self {
            case .original(let range): range.count
            case .inserted(let bytes): bytes.count
            case .zeros(let count): count
            }
        }
    }

    private(set) var pieces: [Piece] = []
    /// Where each piece begins in the stripped file.
    private(set) var starts: [Int] = []
    private(set) var byteCount = 0

    /// Adds a range of the original. Throws `.tooManyParts` if there are more than `Limits.strippedPieces` pieces.
    mutating func keep(_ range: Range<Int>) throws(MediaDefect) {
        guard !range.isEmpty else { return }
        if case .original(let last) = pieces.last, last.upperBound == range.lowerBound {
            pieces[pieces.count - 1] = .original(last.lowerBound..<range.upperBound)
            byteCount += range.count
        } else {
            try add(.original(range))
        }
    }

    mutating func insert(_ bytes: [UInt8]) throws(MediaDefect) {
        if !bytes.isEmpty { try add(.inserted(bytes)) }
    }

    /// Adds so many bytes of 0.
    mutating func clear(_ count: Int) throws(MediaDefect) {
        if count > 0 { try add(.zeros(count)) }
    }

    mutating func append(_ plan: StripPlan) throws(MediaDefect) {
        for piece in plan.pieces { try add(piece) }
    }

    private mutating func add(_ piece: Piece) throws(MediaDefect) {
        guard pieces.count < Limits.strippedPieces else { throw .tooManyParts }
        pieces.append(piece)
        starts.append(byteCount)
        byteCount += piece.count
    }

    /// The piece that holds the byte at an offset; the number of pieces at the end.
    func index(at offset: Int) -> Int {
        guard offset < byteCount else { return pieces.count }
        var (low, high) = (0, pieces.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }
}
