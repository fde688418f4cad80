import Testing

@testable import FieldpostCore

struct MergeTests {
    let first = Samples.entry(1, at: 1, 1, Samples.text("made"))

    @Test func `an edit that saw the value replaces it`() {
        let edit = Samples.entry(2, at: 2, 1, seen: Samples.vector((1, 1)), depth: 2, Samples.text("edited"))
        let report = Samples.fold(edit, first)
        #expect(report.texts == ["edited"])
        #expect(!report.isConflict)
        #expect(report.history.map(\.id) == [EntryID(1), EntryID(2)])
    }

    @Test func `two edits of the same version both stand until a write covers both`() {
        let left = Samples.entry(2, at: 2, 1, seen: Samples.vector((1, 1)), depth: 2, Samples.text("left"))
        let right = Samples.entry(3, at: 3, 1, seen: Samples.vector((1, 1)), depth: 2, Samples.text("role"))
        let both = Samples.fold(first, left, right)
        #expect(both.isConflict)
        #expect(both.texts == ["role", "left"])

        // A write that saw only one of the values leaves the other.
        let half = Samples.entry(
            4, at: 1, 2, after: 1, seen: Samples.vector((1, 1), (2, 1)), depth: 3, Samples.text("half"))
        #expect(Samples.fold(first, left, right, half).texts == ["half", "role"])

        let whole = Samples.entry(
            5, at: 1, 3, after: 2, seen: Samples.vector((1, 2), (2, 1), (3, 1)), depth: 4, Samples.text("whole"))
        let settled = Samples.fold(first, left, right, half, whole)
        #expect(settled.texts == ["whole"])
        #expect(!settled.isConflict)
    }

    @Test func `an edit of another field covers nothing of this one`() {
        let edit = Samples.entry(
            2, at: 2, 1, seen: Samples.vector((1, 1)), depth: 2, Change(fields: [.grid: .text("G1")]))
        let report = Samples.fold(first, edit)
        #expect(report.texts == ["made"])
        #expect(report.text(of: .grid) == "G1")
    }

    @Test func `the winner has the greatest depth, whatever the wall clocks say`() {
        let future = Samples.entry(9, at: 2, 1, seen: VersionVector(), depth: 1, year: 2036, Samples.text("from 2036"))
        let deep = Samples.entry(2, at: 1, 2, after: 1, seen: Samples.vector((1, 1)), depth: 2, Samples.text("deeper"))
        #expect(Samples.fold(future, first, deep).texts == ["deeper", "from 2036"])
    }

    @Test func `among equal depths the greatest entry id wins, whatever the wall clocks say`() {
        let low = Samples.entry(2, at: 2, 1, year: 2036, Samples.text("low id"))
        let high = Samples.entry(3, at: 3, 1, year: 1970, Samples.text("high id"))
        #expect(Samples.fold(low, high).texts == ["high id", "low id"])
    }

    @Test func `a cleared field shows nothing, and conflicts with a concurrent value`() {
        let cleared = Samples.entry(
            2, at: 1, 2, after: 1, seen: Samples.vector((1, 1)), depth: 2, Change(fields: [.text: .cleared]))
        #expect(Samples.fold(first, cleared).value(of: .text) == nil)
        let other = Samples.entry(3, at: 2, 1, seen: Samples.vector((1, 1)), depth: 2, Samples.text("kept"))
        #expect(Samples.fold(first, cleared, other).isConflict)
    }

    @Test func `the same entry at two dots counts once`() {
        let again = Samples.copy(of: first, at: 2, 1)
        let twice = Samples.fold(first, again)
        #expect(twice.texts == ["made"])
        #expect(twice.history.count == 1)
        #expect(twice.digest == Samples.fold(first).digest)
        #expect(twice.version.context == Samples.vector((1, 1), (2, 1)))
    }

    @Test func `covering one dot of an entry covers the entry`() {
        let again = Samples.copy(of: first, at: 2, 1)
        let edit = Samples.entry(2, at: 3, 1, seen: Samples.vector((2, 1)), depth: 2, Samples.text("edited"))
        #expect(Samples.fold(first, again, edit).texts == ["edited"])
    }

    @Test func `an entry does not replace itself by the context of its other copy`() {
        // Sent first to node 1; then again to node 2, with the answer of node 1.
        let again = Samples.copy(of: first, at: 2, 1, seen: Samples.vector((1, 1)), depth: 2)
        #expect(Samples.fold(first, again).texts == ["made"])
    }

    @Test func `the version handed out stops before a gap`() {
        let second = Samples.entry(
            2, at: 1, 2, after: 1, seen: Samples.vector((1, 1)), depth: 2, Samples.text("second"))
        let third = Samples.entry(3, at: 1, 5, after: 2, seen: Samples.vector((1, 2)), depth: 3, Samples.text("third"))
        let whole = Samples.fold(first, second, third)
        #expect(whole.version == ReportVersion(context: Samples.vector((1, 5)), depth: 3))
        #expect(whole.gaps == [])

        let gapped = Samples.fold(third, first)
        #expect(gapped.version == ReportVersion(context: Samples.vector((1, 1)), depth: 1))
        #expect(gapped.gaps == [Samples.origin(1)])
        #expect(Samples.fold(third).version == ReportVersion())
    }

    @Test func `a gap of one origin leaves the others alone`() {
        let far = Samples.entry(4, at: 2, 7, after: 3, Samples.text("after a gap"))
        let report = Samples.fold(first, far)
        #expect(report.gaps == [Samples.origin(2)])
        #expect(report.version.context == Samples.vector((1, 1)))
    }

    @Test func `a removal removes elements that its author saw, and keeps concurrent ones`() {
        let added = Samples.entry(1, at: 1, 1, Change(notes: [Note(text: "a"), Note(text: "b")]))
        let removal = Samples.entry(
            2, at: 2, 1, seen: Samples.vector((1, 1)), depth: 2,
            Change(removals: [ElementID(entry: EntryID(1), index: 0)]))
        let beside = Samples.entry(3, at: 3, 1, Change(notes: [Note(text: "a")]))
        #expect(Samples.fold(added, removal, beside).notes.map(\.value.text) == ["b", "a"])
        #expect(Samples.fold(removal, beside).notes.map(\.value.text) == ["a"])
    }

    @Test func `elements are numbered through notes, traces and attachments`() {
        let attachment = Attachment(blob: Hash256.zero, mediaType: "image/jpeg", byteCount: 3)
        let added = Samples.entry(
            1, at: 1, 1,
            Change(
                notes: [Note(text: "n")], traces: [Trace(stage: "filed", department: "d", text: "t")],
                attachments: [attachment]))
        let report = Samples.fold(added)
        #expect(report.notes.map(\.id.index) == [0])
        #expect(report.traces.map(\.id.index) == [1])
        #expect(report.attachments.map(\.id.index) == [2])
        let removal = Samples.entry(
            2, at: 1, 2, after: 1, seen: Samples.vector((1, 1)), depth: 2,
            Change(removals: [ElementID(entry: EntryID(1), index: 2)]))
        let left = Samples.fold(added, removal)
        #expect(left.attachments.isEmpty && left.notes.count == 1 && left.traces.count == 1)
    }

    @Test func `an entry of an unknown kind changes nothing, but counts as seen`() {
        let unknown = Samples.entry(
            2, at: 1, 2, after: 1, seen: Samples.vector((1, 1)), depth: 2, kind: .unknown(40), Samples.text("no"))
        let report = Samples.fold(first, unknown)
        #expect(report.texts == ["made"])
        #expect(report.digest == Samples.fold(first).digest)
        #expect(report.version == ReportVersion(context: Samples.vector((1, 2)), depth: 2))
        #expect(report.history.count == 2)
    }

    @Test func `the digest depends on fields, values, siblings and elements`() {
        let other = Samples.entry(2, at: 2, 1, Samples.text("made"))
        let changes = [
            Samples.text("made"), Samples.text("mad"), Change(fields: [.grid: .text("made")]),
            Change(fields: [.text: .cleared]), Change(fields: [.text: .integer(1)]),
            Change(notes: [Note(text: "made")]),
            Change(traces: [Trace(stage: "made", department: "", text: "")]),
            Change(traces: [Trace(stage: "", department: "made", text: "")]),
        ]
        var digests = changes.map { Samples.fold(Samples.entry(1, at: 1, 1, $0)).digest }
        digests.append(Samples.fold(first, other).digest)
        digests.append(Report(id: ReportID(2), folding: [first]).digest)
        #expect(Set(digests).count == digests.count)
    }

    @Test func `one digest over reports depends on each of them`() {
        let digest = Samples.fold(first).digest
        let one = Report.digest(ofSorted: [(ReportID(1), digest)])
        #expect(one != Report.digest(ofSorted: [(ReportID(2), digest)]))
        #expect(one != Report.digest(ofSorted: [(ReportID(1), Hash256.zero)]))
        #expect(one != Report.digest(ofSorted: [(ReportID(1), digest), (ReportID(2), digest)]))
    }
}
