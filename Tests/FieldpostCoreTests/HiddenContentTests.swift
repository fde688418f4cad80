import Testing

@testable import FieldpostCore

/// What the merge hides, checked against the text of the protocol, in histories where some authors lie.
struct HiddenContentTests {
    @Test func `a value or note is hidden only when somebody who had seen it replaced or removed it`() {
        for seed in UInt64(1)...200 {
            #expect(Self.faults(of: HostileEntries(seed: seed).entries) == 0, "seed \(seed)")
        }
    }

    /// The number of values and notes that are hidden although no author who had seen them replaced or removed them.
    /// Cuts are taken into account.
    private static func faults(of entries: [Entry]) -> Int {
        let report = Report(id: Samples.report, folding: entries)
        let claims = entries.map { entry in (entry: entry, context: context(of: entry, in: entries)) }
        var faults = 0
        for entry in entries {
            let copies = entries.filter { $0.saysTheSame(as: entry) }
            let seers = claims.filter { claim in
                copies.contains { $0.dot != claim.entry.dot && claim.context.covers($0.dot) }
            }
            for (field, value) in entry.change.fields {
                let isReplaced = seers.contains { $0.entry.change.fields[field] != nil }
                let stands = report.fields[field]?.siblings.contains { $0.value == value } ?? false
                if !isReplaced, !stands { faults += 1 }
            }
            if entry.change.fields.keys.contains(where: { report.fields[$0] == nil }) { faults += 1 }
            for (index, note) in entry.change.notes.enumerated() {
                let id = ElementID(entry: entry.id, index: UInt32(index))
                let isRemoved = claims.contains { claim in
                    claim.entry.change.removals.contains(id) && copies.contains { claim.context.covers($0.dot) }
                }
                if !isRemoved, !report.notes.contains(where: { $0.value == note }) { faults += 1 }
            }
        }
        return faults
    }

    /// What an entry claims to have seen after all cuts, computed as the protocol says.
    private static func context(of entry: Entry, in entries: [Entry]) -> VersionVector {
        entries.flatMap(\.change.cuts).filter { $0.dot == entry.dot }.reduce(entry.context) { $0.capped($1.seqs) }
    }
}
