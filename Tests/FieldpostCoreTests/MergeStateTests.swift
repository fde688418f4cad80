import Testing

@testable import FieldpostCore

/// Adding entries one by one gives the same as folding all of them.
struct MergeStateTests {
    @Test(arguments: [UInt64](1...60)) func `adding equals folding, also with lies`(seed: UInt64) {
        let entries = HostileEntries(seed: seed, steps: 60).entries
        var state = MergeState(report: Samples.report, folding: [])
        for (index, entry) in entries.enumerated() {
            let whole = entries[...index].map { ($0, 100) }
            let folded = MergeState(report: Samples.report, folding: whole)
            if !state.add(entry, bytes: 100) { state = folded }
            Self.expectEqual(state, folded, seed)
        }
    }

    @Test func `removals, reused ids and gaps are added without another fold`() {
        let entries = [
            Samples.entry(
                1, at: 1, 1, Change(fields: [.text: .text("a")], notes: [Note(text: "n"), Note(text: "m")])),
            Samples.entry(
                1, at: 2, 1, Change(fields: [.text: .text("b")], traces: [Trace(stage: "", department: "", text: "")])),
            Samples.entry(
                2, at: 3, 1, seen: Samples.vector((1, 1)), depth: 2,
                Change(removals: [ElementID(entry: EntryID(1), index: 0), ElementID(entry: EntryID(1), index: 5)])),
            Samples.entry(
                3, at: 3, 2, after: 1, seen: Samples.vector((1, 1), (2, 1)), depth: 2,
                Change(removals: [ElementID(entry: EntryID(1), index: 0)])),
            Samples.entry(4, at: 1, 9, after: 7, Samples.text("after a gap")),
            Samples.entry(5, at: 1, 10, after: 9, Samples.text("behind it")),
        ]
        var state = MergeState(report: Samples.report, folding: [])
        for (index, entry) in entries.enumerated() {
            let isAdded = state.add(entry, bytes: 1)
            #expect(isAdded, "entry \(index)")
            Self.expectEqual(state, MergeState(report: Samples.report, folding: entries[...index].map { ($0, 1) }), 0)
        }
        #expect(state.counts == .init(entries: 6, notes: 1, traces: 0, attachments: 0))
    }

    @Test func `entries that are only appended never need another fold`() {
        var state = MergeState(report: Samples.report, folding: [])
        for number in 1...500 {
            let origin = UInt8(number % 3 + 1)
            let seq = UInt64(number)
            let previous = number > 3 ? seq - 3 : 0
            let entry = Samples.entry(
                UInt128(number), at: origin, seq, after: previous, seen: state.version.context,
                depth: state.version.depth + 1, Change(fields: [.text: .text("\(number)")], notes: [Note(text: "n")]))
            let isAdded = state.add(entry, bytes: 1)
            #expect(isAdded)
        }
        #expect(state.counts == .init(entries: 500, notes: 500, traces: 0, attachments: 0))
        #expect(state.fields.text(of: .text) == "500")
        #expect(!state.isConflict)
    }

    @Test func `a client's version counts only as far as the report is held`() {
        let entries = [
            Samples.entry(1, at: 1, 3, Samples.text("one")),
            Samples.entry(2, at: 2, 4, seen: Samples.vector((1, 3)), depth: 2, Samples.text("two")),
        ]
        let state = MergeState(report: Samples.report, folding: entries.map { ($0, 1) })
        let forged = ReportVersion(context: Samples.vector((1, Limits.seq), (2, 3), (7, 9)), depth: Limits.depth - 1)
        #expect(state.held(of: forged) == ReportVersion(context: Samples.vector((1, 3)), depth: 1))
        #expect(state.held(of: state.version) == state.version)
        #expect(state.held(of: ReportVersion(context: Samples.vector((2, 9)), depth: 1)).depth == 2)
    }

    private static func expectEqual(_ state: MergeState, _ folded: MergeState, _ seed: UInt64) {
        #expect(state.overview == folded.overview, "seed \(seed)")
        #expect(state.usage == folded.usage, "seed \(seed)")
        for origin in UInt8(1)...5 {
            for seq in [1, 5, Limits.seq] as [UInt64] {
                let dot = Dot(Samples.origin(origin), seq)
                #expect(state.claims(dot) == folded.claims(dot), "seed \(seed)")
                let version = ReportVersion(context: VersionVector([(dot.origin, seq)]), depth: 1)
                #expect(state.held(of: version) == folded.held(of: version), "seed \(seed)")
            }
        }
    }
}
