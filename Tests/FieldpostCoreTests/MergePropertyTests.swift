import Testing

@testable import FieldpostCore

/// The merge is a function of the set of entries alone. The histories come from nodes that edit the version they saw
/// last, or an older one, and exchange entries in any order.
struct MergePropertyTests {
    @Test(arguments: [UInt64](1...40)) func `any order and any repetition gives the same report`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let history = History(seed: seed).entries
        let expected = Report(id: Samples.report, folding: history)
        for _ in 0..<5 {
            let repeats = (0..<5).compactMap { _ in history.randomElement(using: &random) }
            let folded = Report(id: Samples.report, folding: (history + repeats).shuffled(using: &random))
            #expect(folded == expected, "seed \(seed)")
            #expect(folded.digest == expected.digest, "seed \(seed)")
        }
    }

    @Test(arguments: [UInt64](1...40)) func `any grouping gives the same report`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let history = History(seed: seed).entries
        let expected = Report(id: Samples.report, folding: history)
        // Two nodes fold overlapping parts. Then each takes what the other has.
        let left = history.filter { _ in Bool.random(using: &random) }
        let right = history.filter { !left.contains($0) || Bool.random(using: &random) }
        let joined = Report(
            id: Samples.report,
            folding: Report(id: Samples.report, folding: left).history
                + Report(id: Samples.report, folding: right).history)
        #expect(joined == expected, "seed \(seed)")
    }

    @Test(arguments: [UInt64](1...40)) func `a value stands exactly when no other write covers it`(seed: UInt64) {
        let history = History(seed: seed).entries
        let report = Report(id: Samples.report, folding: history)
        for field in History.fields {
            let writes = history.filter { $0.change.fields[field] != nil }
            let standing = writes.filter { write in !writes.contains { $0.context.covers(write.dot) } }
            let siblings = report.fields[field]?.siblings ?? []
            #expect(Set(siblings.map(\.entry)) == Set(standing.map(\.id)), "seed \(seed), \(field.rawValue)")
            #expect(
                siblings.first.map { [$0.depth, UInt64($0.entry.value)] }
                    == standing.map { [$0.depth, UInt64($0.id.value)] }.max { $0.lexicographicallyPrecedes($1) },
                "seed \(seed), \(field.rawValue)")
        }
    }

    @Test(arguments: [UInt64](1...40)) func `a write on the merged version resolves every conflict`(seed: UInt64) {
        let history = History(seed: seed).entries
        let report = Report(id: Samples.report, folding: history)
        let change = Change(fields: Dictionary(uniqueKeysWithValues: History.fields.map { ($0, .text("resolved")) }))
        let settled = Samples.entry(
            9999, at: 200, 1, seen: report.version.context, depth: report.version.depth + 1, change)
        let after = Report(id: Samples.report, folding: history + [settled])
        #expect(report.gaps.isEmpty, "seed \(seed)")
        #expect(!after.isConflict, "seed \(seed)")
        #expect(after.fields.values.allSatisfy { $0.winner.entry == EntryID(9999) }, "seed \(seed)")
    }

    @Test(arguments: [UInt64](1...40)) func `the version never claims what is missing`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let history = History(seed: seed).entries
        let held = history.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
        let missing = history.filter { !held.contains($0) }
        let report = Report(id: Samples.report, folding: held)
        #expect(!missing.contains { report.version.context.covers($0.dot) }, "seed \(seed)")
    }

    @Test func `the histories contain conflicts`() {
        let reports = (1...40).map { Report(id: Samples.report, folding: History(seed: $0).entries) }
        #expect(reports.count(where: \.isConflict) > 10)
        #expect(reports.contains { !$0.isConflict } || reports.allSatisfy { $0.history.count > 3 })
    }
}

/// Edits of one report by several nodes. Each is based on a version that its author had at some time.
private struct History {
    static let fields: [FieldName] = [.text, .grid, .stage]

    /// All entries of all nodes.
    private(set) var entries: [Entry] = []

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let nodes = UInt8.random(in: 2...4, using: &random)
        var held: [UInt8: [Entry]] = [:]
        var versions: [UInt8: [ReportVersion]] = [:]
        for step in 0..<30 {
            let node = UInt8.random(in: 1...nodes, using: &random)
            if Bool.random(using: &random), let other = entries.randomElement(using: &random) {
                if !held[node, default: []].contains(other) { held[node, default: []].append(other) }
            } else {
                let current = Report(id: Samples.report, folding: held[node, default: []]).version
                versions[node, default: []].append(current)
                let seen = versions[node, default: []].suffix(3).randomElement(using: &random) ?? current
                let previous =
                    held[node, default: []].filter { $0.dot.origin == Samples.origin(node) }.map(\.dot.seq).max() ?? 0
                let field = Self.fields.randomElement(using: &random) ?? .text
                let entry = Samples.entry(
                    UInt128(step + 1), at: node, previous + UInt64.random(in: 1...3, using: &random), after: previous,
                    seen: seen.context, depth: seen.depth + 1, year: Int64.random(in: 1970...2036, using: &random),
                    Change(fields: [field: .text("\(step)")], notes: [Note(text: "\(step)")]))
                held[node, default: []].append(entry)
                entries.append(entry)
            }
        }
    }
}
