import FieldpostCore

/// Reads an entry's clock pair by pair: counted before each is kept, origins strictly ascending.
struct ClockReader {
    private let bytes: [UInt8]
    private var pairs: [(Origin, UInt64)] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var vector: VersionVector { VersionVector(pairs) }

    mutating func take(_ range: Range<Int>) throws(FieldFault) {
        guard pairs.count < Limits.clockOrigins else {
            throw .malformed("the clock names more than \(Limits.clockOrigins) origins")
        }
        var origin: Origin?
        var seq: UInt64 = 0
        var part = PartReader(bytes, in: range, known: EntryField.Pair.seq)
        while let number = try part.next() {
            switch number {
            case EntryField.Pair.origin: origin = try part.origin()
            case EntryField.Pair.seq: seq = try part.integer()
            default: break
            }
        }
        guard let origin else { throw .malformed("a pair of the clock names no origin") }
        guard seq > 0, seq <= Limits.seq else { throw .malformed("seq \(seq) in the clock is out of range") }
        if let last = pairs.last, last.0 >= origin { throw .malformed("the clock is not in the order of origins") }
        pairs.append((origin, seq))
    }
}
