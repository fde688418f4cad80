import FieldpostCore

/// Reads a cut: an entry's statement about another entry's context.
enum CutReader {
    static func cut(_ bytes: [UInt8], _ range: Range<Int>) throws(FieldFault) -> ContextCut {
        var origin: Origin?
        var seq: UInt64 = 0
        var seqs: [(origin: Origin, seq: UInt64)] = []
        var part = PartReader(
            bytes, in: range, known: EntryField.Cut.seqs, repeated: EntryField.Cut.seqs...EntryField.Cut.seqs)
        while let number = try part.next() {
            switch number {
            case EntryField.Cut.origin: origin = try part.origin()
            case EntryField.Cut.seq: seq = try part.integer()
            case EntryField.Cut.seqs:
                guard seqs.count < Limits.contextOrigins else {
                    throw .malformed("a cut names more than \(Limits.contextOrigins) origins")
                }
                let pair = try pair(bytes, part.part())
                if let last = seqs.last, last.origin >= pair.origin {
                    throw .malformed("a cut is not in the order of origins")
                }
                seqs.append(pair)
            default: break
            }
        }
        guard let origin, seq > 0, seq <= Limits.seq else { throw .malformed("a cut names no entry") }
        guard !seqs.isEmpty else { throw .malformed("a cut that cuts nothing") }
        return ContextCut(
            dot: Dot(origin, seq), seqs: Dictionary(seqs.map { ($0.origin, $0.seq) }) { first, _ in first })
    }

    private static func pair(
        _ bytes: [UInt8], _ range: Range<Int>
    ) throws(FieldFault) -> (origin: Origin, seq: UInt64) {
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
        guard let origin, seq <= Limits.seq else { throw .malformed("a cut names no origin, or a seq out of range") }
        return (origin, seq)
    }
}
