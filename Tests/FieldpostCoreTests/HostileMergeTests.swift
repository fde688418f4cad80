import Testing

@testable import FieldpostCore

/// Whatever entries contain, merging them is total and independent of order, and hides nothing that nobody replaced.
struct HostileMergeTests {
    // MARK: One id, two contents

    @Test func `one id with two contents gives two values, both marked`() {
        let report = Samples.fold(
            Samples.entry(1, at: 1, 1, Samples.text("三单元充电")), Samples.entry(1, at: 2, 1, Samples.text("井盖松动")))
        #expect(Set(report.texts) == ["三单元充电", "井盖松动"])
        #expect(report.isConflict)
        #expect(report.reusedIDs == [EntryID(1)])
        #expect(report.history.count == 2)
        #expect(report.fields[.text]?.siblings.allSatisfy(\.isIDReused) == true)
    }

    @Test func `copies with equal content are one write`() {
        var copy = Samples.entry(1, at: 2, 5, Samples.text("same"))
        copy.author = "author 1"
        let report = Samples.fold(Samples.entry(1, at: 1, 1, Samples.text("same")), copy)
        #expect(report.history.count == 1)
        #expect(report.reusedIDs.isEmpty)
        #expect(report.fields[.text]?.siblings.map(\.writes.count) == [1])
    }

    @Test func `another author under the same id makes another write of the same value`() {
        let report = Samples.fold(
            Samples.entry(1, at: 1, 1, Samples.text("same")), Samples.entry(1, at: 2, 1, Samples.text("same")))
        #expect(report.reusedIDs == [EntryID(1)])
        #expect(!report.isConflict)
        #expect(report.fields[.text]?.winner.writes.map(\.author).sorted() == ["author 1", "author 2"])
    }

    @Test func `texts are compared byte by byte`() {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
        #expect(composed == decomposed)
        #expect(FieldValue.text(composed) != .text(decomposed))
        #expect(Note(text: composed) != Note(text: decomposed))
        let report = Samples.fold(
            Samples.entry(1, at: 1, 1, Samples.text(composed)), Samples.entry(1, at: 2, 1, Samples.text(decomposed)))
        #expect(report.fields[.text]?.siblings.count == 2)
    }

    @Test func `elements of a reused id both stand, and a removal removes only what its author saw`() {
        let first = Samples.entry(1, at: 1, 1, Change(notes: [Note(text: "first")]))
        let second = Samples.entry(1, at: 2, 1, Change(notes: [Note(text: "second")]))
        #expect(Set(Samples.fold(first, second).notes.map(\.value.text)) == ["first", "second"])
        let remover = Samples.entry(
            3, at: 3, 1, seen: Samples.vector((1, 1)), depth: 2,
            Change(removals: [ElementID(entry: EntryID(1), index: 0)]))
        #expect(Samples.fold(first, second, remover).notes.map(\.value.text) == ["second"])
    }

    @Test func `what nobody had seen is not removed`() {
        let note = Samples.entry(1, at: 1, 1, Change(notes: [Note(text: "stays")]))
        let blind = Samples.entry(2, at: 2, 1, Change(removals: [ElementID(entry: EntryID(1), index: 0)]))
        #expect(Samples.fold(note, blind).notes.map(\.value.text) == ["stays"])
    }

    // MARK: Contexts that lie

    @Test func `writes that cover each other both stand, until one that saw them replaces both`() {
        let one = Samples.entry(1, at: 1, 5, seen: Samples.vector((2, 5)), depth: 2, Samples.text("one"))
        let two = Samples.entry(2, at: 2, 5, seen: Samples.vector((1, 5)), depth: 2, Samples.text("two"))
        #expect(Set(Samples.fold(one, two).texts) == ["one", "two"])
        let three = Samples.entry(3, at: 3, 1, seen: Samples.vector((1, 5), (2, 5)), depth: 3, Samples.text("three"))
        #expect(Samples.fold(one, two, three).texts == ["three"])
    }

    @Test func `a circle of three stands, and what it replaced does not`() {
        let old = Samples.entry(9, at: 9, 1, Samples.text("old"))
        let circle = [
            Samples.entry(1, at: 1, 1, seen: Samples.vector((2, 1), (9, 1)), Samples.text("one")),
            Samples.entry(2, at: 2, 1, seen: Samples.vector((3, 1)), Samples.text("two")),
            Samples.entry(3, at: 3, 1, seen: Samples.vector((1, 1)), Samples.text("three")),
        ]
        #expect(Set(Report(id: Samples.report, folding: circle + [old]).texts) == ["one", "two", "three"])
    }

    @Test func `a cut by any author shows again what a false claim hid`() {
        let lie = Samples.entry(1, at: 4, 1, seen: Samples.vector((1, Limits.seq)), depth: 9, Samples.text("lie"))
        let later = Samples.entry(2, at: 1, 7, Samples.text("结案"))
        #expect(Samples.fold(lie, later).texts == ["lie"])
        let cut = Samples.entry(
            3, at: 1, 6, Change(cuts: [ContextCut(dot: lie.dot, seqs: [Samples.origin(1): 5])]))
        #expect(Set(Samples.fold(lie, cut, later).texts) == ["lie", "结案"])
        #expect(Set(Samples.fold(later, cut, lie).texts) == ["lie", "结案"])
    }

    @Test func `a forged depth counts only as far as its author saw, and later edits still win`() {
        let forged = Samples.entry(1, at: 4, 1, depth: Limits.depth, Samples.text("forged"))
        let report = Samples.fold(forged)
        #expect(report.version.depth == 1)
        let next = Samples.entry(
            2, at: 1, 1, seen: report.version.context, depth: report.version.depth + 1, Samples.text("next"))
        #expect(Samples.fold(forged, next).texts == ["next"])
        #expect(Samples.fold(forged, next).version.depth == 2)
    }

    @Test func `a version names no more origins than a context may, and still replaces all standing values`() {
        let writers = (0..<300).map(Self.writer)
        let report = Report(id: Samples.report, folding: writers)
        #expect(report.version.context.count == Limits.contextOrigins)
        let settled = Samples.entry(
            999, at: 1, 1, seen: report.version.context, depth: report.version.depth + 1, Samples.text("resolved"))
        #expect(Report(id: Samples.report, folding: writers + [settled]).texts == ["resolved"])
    }

    /// One entry with a separate origin.
    private static func writer(_ number: Int) -> Entry {
        let node = NodeID(publicKey: [UInt8(number / 200), UInt8(number % 200)])
        let change = number < 5 ? Samples.text("\(number)") : Change(notes: [Note(text: "n")])
        return Entry(
            id: EntryID(UInt128(number + 1)), dot: Dot(Origin(node: node, incarnation: Incarnation(1)), 1),
            report: Samples.report, previousSeq: 0, context: VersionVector(), depth: 1, author: "",
            stamp: Samples.stamp(), change: change)
    }

    // MARK: Equal values

    @Test func `equal values side by side are one value with two authors`() {
        let report = Samples.fold(
            Samples.entry(1, at: 1, 1, Samples.text("same")), Samples.entry(2, at: 2, 1, Samples.text("same")))
        #expect(!report.isConflict)
        #expect(report.texts == ["same"])
        #expect(report.fields[.text]?.winner.writes.map(\.entry) == [EntryID(2), EntryID(1)])
    }

    // MARK: Properties

    @Test(arguments: [UInt64](1...60)) func `every field that was written shows a value, in any order`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let entries = HostileEntries(seed: seed).entries
        let expected = Report(id: Samples.report, folding: entries)
        for field in HostileEntries.fields where entries.contains(where: { $0.change.fields[field] != nil }) {
            #expect(expected.fields[field]?.siblings.isEmpty == false, "seed \(seed), \(field.rawValue)")
        }
        for _ in 0..<5 {
            let repeats = (0..<5).compactMap { _ in entries.randomElement(using: &random) }
            let folded = Report(id: Samples.report, folding: (entries + repeats).shuffled(using: &random))
            #expect(folded == expected, "seed \(seed)")
            #expect(folded.digest == expected.digest, "seed \(seed)")
        }
    }

    @Test(arguments: [UInt64](1...60))
    func `a value disappears only when another write covers it`(seed: UInt64) {
        let entries = HostileEntries(seed: seed).entries
        let report = Report(id: Samples.report, folding: entries)
        for entry in entries {
            for (field, value) in entry.change.fields {
                let copies = entries.filter { $0.saysTheSame(as: entry) }
                let isCovered = entries.contains { other in
                    copies.contains { $0.dot != other.dot && other.context.covers($0.dot) }
                }
                let stands = report.fields[field]?.siblings.contains { $0.value == value } ?? false
                #expect(isCovered || stands, "seed \(seed), \(entry.id)")
            }
        }
    }

    @Test(arguments: [UInt64](1...60))
    func `an edit of the standing values resolves every conflict, whatever was forged`(seed: UInt64) {
        let entries = HostileEntries(seed: seed).entries
        let report = Report(id: Samples.report, folding: entries)
        guard report.gaps.isEmpty else { return }
        let dot = Dot(Samples.origin(9), 1)
        let change = Change(
            fields: Dictionary(uniqueKeysWithValues: HostileEntries.fields.map { ($0, .text("resolved")) }))
        let settled = Samples.entry(
            9_999, at: 9, 1, seen: report.version.context, depth: report.version.depth + 1, change)
        let after = Report(id: Samples.report, folding: entries + [settled])
        #expect(Report.claimants(of: dot, among: entries).isEmpty)
        #expect(!after.isConflict, "seed \(seed)")
        #expect(after.fields.values.allSatisfy { $0.winner.entry == EntryID(9_999) }, "seed \(seed)")
    }
}
