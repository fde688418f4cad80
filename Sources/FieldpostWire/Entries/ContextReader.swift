import FieldpostCore

/// Reads an entry's context pair by pair. Each pair is counted before it is kept. Origins must be strictly ascending.
struct ContextReader {
    private let bytes: [UInt8]
    private var pairs: [(Origin, UInt64)] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var vector: VersionVector { VersionVector(pairs) }

    mutating func take(_ range: Range<Int>) throws(FieldFault) {
        guard pairs.count < Limits.contextOrigins else {
            throw .malformed("the context names more than \(Limits.contextOrigins) origins")
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
        guard let origin else { throw .malformed("a pair of the context names no origin") }
        guard seq > 0, seq <= Limits.seq else { throw .malformed("seq \(seq) in the context is out of range") }
        if let last = pairs.last, last.0 >= origin { throw .malformed("the context is not in the order of origins") }
        pairs.append((origin, seq))
    }
}
