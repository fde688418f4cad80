@testable import FieldpostCore

/// Entries of one report. Some authors lie about what they saw, about their depth, or about the id.
struct HostileEntries {
    static let fields: [FieldName] = [.text, .grid, .stage]
    static let hostile: ClosedRange<UInt8> = 4...5

    private(set) var entries: [Entry] = []

    init(seed: UInt64, steps: Int = 30) {
        var random = SeededGenerator(seed: seed)
        var last: [UInt8: UInt64] = [:]
        for step in 1...steps {
            let node = UInt8.random(in: 1...5, using: &random)
            let isHostile = Self.hostile.contains(node)
            let seq = last[node, default: 0] + UInt64.random(in: 1...2, using: &random)
            let seen = Report(
                id: Samples.report, folding: entries.prefix(Int.random(in: 0...entries.count, using: &random)))
            var entry = Samples.entry(
                UInt128(step), at: node, seq, after: last[node, default: 0], seen: seen.version.context,
                depth: seen.version.depth + 1,
                Change(
                    fields: [Self.fields.randomElement(using: &random) ?? .text: .text("\(step % 7)")],
                    notes: Bool.random(using: &random) ? [Note(text: "note \(step)")] : []))
            // An honest author has seen all its own entries.
            if last[node] != nil { entry.context.include(Dot(Samples.origin(node), last[node, default: 0])) }
            if isHostile { Self.forge(&entry, among: entries, using: &random) }
            last[node] = seq
            entries.append(entry)
        }
    }

    private static func forge(_ entry: inout Entry, among entries: [Entry], using random: inout SeededGenerator) {
        if Bool.random(using: &random) {
            entry.context = VersionVector(
                (1...5).filter { Samples.origin($0) != entry.dot.origin }.map {
                    (Samples.origin($0), [1, 3, 20, Limits.seq].randomElement(using: &random) ?? 1)
                })
        }
        if Bool.random(using: &random) {
            entry.depth = [1, 2, 1 << 39, Limits.depth].randomElement(using: &random) ?? 1
        }
        if Int.random(in: 0..<3, using: &random) == 0, let victim = entries.randomElement(using: &random) {
            entry.id = victim.id
            if Bool.random(using: &random) {
                entry.change = victim.change
                entry.author = victim.author
            }
        }
        if Int.random(in: 0..<4, using: &random) == 0, let victim = entries.randomElement(using: &random) {
            entry.change.removals = [ElementID(entry: victim.id, index: 0)]
        }
        if Int.random(in: 0..<4, using: &random) == 0, let other = entries.randomElement(using: &random) {
            entry.change.cuts = [
                ContextCut(dot: other.dot, seqs: [Samples.origin(1): UInt64.random(in: 0...3, using: &random)])
            ]
        }
    }
}
