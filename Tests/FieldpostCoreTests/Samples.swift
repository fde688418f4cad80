@testable import FieldpostCore

/// Values for tests, each made from a small number.
enum Samples {
    static let report = ReportID(1)

    static func origin(_ number: UInt8) -> Origin {
        Origin(node: NodeID(publicKey: [number]), incarnation: Incarnation(UInt128(number)))
    }

    static func vector(_ pairs: (UInt8, UInt64)...) -> VersionVector {
        VersionVector(pairs.map { (origin($0.0), $0.1) })
    }

    static func stamp(year: Int64 = 2025) -> Stamp {
        Stamp(wallMilliseconds: (year - 1970) * 31_556_952_000, boot: BootID(7), monotonicMilliseconds: 1)
    }

    static func entry(
        _ id: UInt128, at origin: UInt8, _ seq: UInt64, after previous: UInt64 = 0,
        seen: VersionVector = VersionVector(), depth: UInt64 = 1, year: Int64 = 2025, kind: Entry.Kind = .change,
        _ change: Change
    ) -> Entry {
        Entry(
            id: EntryID(id), dot: Dot(Self.origin(origin), seq), kind: kind, report: report, previousSeq: previous,
            context: seen, depth: depth, author: "author \(origin)", stamp: stamp(year: year), change: change)
    }

    /// The same write, as stored by another node.
    static func copy(
        of entry: Entry, at origin: UInt8, _ seq: UInt64, seen: VersionVector = VersionVector(), depth: UInt64 = 1
    ) -> Entry {
        var copy = Self.entry(1, at: origin, seq, seen: seen, depth: depth, entry.change)
        copy.id = entry.id
        copy.author = entry.author
        return copy
    }

    static func text(_ text: String) -> Change { Change(fields: [.text: .text(text)]) }

    static func fold(_ entries: Entry...) -> Report { Report(id: report, folding: entries) }
}

extension Report {
    /// The standing values of the text field, the winner first.
    var texts: [String] {
        (fields[.text]?.siblings ?? []).compactMap { if case .text(let text) = $0.value { text } else { nil } }
    }
}
