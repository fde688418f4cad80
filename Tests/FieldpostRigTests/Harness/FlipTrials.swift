import FieldpostCore
import FieldpostJournal
import FieldpostNode
import FieldpostStore
import FieldpostWire
import Foundation

/// Flips of single bits in copies of two journals that held the same, and what became of each.
struct FlipTrials {
    /// The state directories of central and its gateway, both whole.
    let directory: String
    /// The file that each outcome is added to.
    let results: String

    enum Result: String, Codable {
        /// Everything was shown as before.
        case harmless
        case healed
        /// It could not be opened, which its error says.
        case refused
        /// The same, without saying what to do.
        case stuck
        /// Something is missing, and the journal says so.
        case told
        /// Something else than the truth is shown as if it were right.
        case silent
    }

    struct Outcome: Codable {
        let place: String
        let result: Result
        let detail: String
    }

    static func outcomes(in file: String) throws -> [Outcome] {
        try Data(contentsOf: URL(filePath: file)).split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Outcome.self, from: Data($0))
        }
    }

    /// Where the flip that is under way is noted, in case the process ends over it.
    static func placeFile(_ results: String) -> String { results + ".place" }

    func run(_ numbers: Range<Int>) async throws {
        let file = try FileHandle(forWritingTo: URL(filePath: results))
        let sides = [try Side(directory, "gateway-1", .gateway), try Side(directory, "central", .central)]
        for side in sides { try await side.readTruth() }
        for number in numbers {
            let outcome = try await trial(number, victim: sides[number % 2], peer: sides[1 - number % 2])
            try file.write(contentsOf: JSONEncoder().encode(outcome) + Data("\n".utf8))
        }
        for side in sides { try side.journal.close() }
    }

    private func trial(_ number: Int, victim: Side, peer: Side) async throws -> Outcome {
        let copy = directory + "/flipped"
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for name in ["journal.sqlite", "journal.lease"] {
            let source = victim.pristine + "/" + name
            guard FileManager.default.fileExists(atPath: source) else { continue }
            try FileManager.default.copyItem(atPath: source, toPath: copy + "/" + name)
        }
        let flip = try PageClasses(file: copy + "/journal.sqlite").flip(number / 2)
        try flip.apply(to: copy + "/journal.sqlite")
        let place = "\(victim.name), \(flip)"
        try Data(place.utf8).write(to: URL(filePath: Self.placeFile(results)))
        let journal: Journal
        do {
            journal = try victim.open(copy)
        } catch {
            let hasWayOut = "\(error)".contains("fieldpost repair")
            return Outcome(place: place, result: hasWayOut ? .refused : .stuck, detail: "\(error)")
        }
        defer { try? journal.close() }
        guard let before = await victim.difference(of: journal) else {
            return Outcome(place: place, result: .harmless, detail: "")
        }
        do {
            try await victim.heal(journal, from: peer)
        } catch {
            return Outcome(place: place, result: .told, detail: "\(error)")
        }
        guard let after = await victim.difference(of: journal) else {
            return Outcome(place: place, result: .healed, detail: before.text)
        }
        return Outcome(place: place, result: after.isTold ? .told : .silent, detail: after.text)
    }
}

/// One node of the pair: its whole journal, and what that shows.
private final class Side {
    let name: String
    let role: Role
    let key: NodeKey
    var node: NodeID { key.node }
    /// Where the closed database lies.
    let pristine: String
    let journal: Journal
    private var reports: [ReportID: Hash256] = [:]
    private var histories: [ReportID: Int] = [:]
    /// The origins and the dots held.
    private var held: [Head] = []
    private var dots: Set<Dot> = []
    private var digest: ReportsDigest?

    struct Difference {
        let text: String
        /// The journal says itself that something is wrong.
        let isTold: Bool
    }

    init(_ directory: String, _ name: String, _ role: Role) throws {
        (self.name, self.role) = (name, role)
        pristine = directory + "/" + name
        key = try NodeKey.load(path: pristine + "/node.key")
        let open = directory + "/open-" + name
        try? FileManager.default.removeItem(atPath: open)
        try Template.copy(pristine, to: open)
        journal = try Self.open(open, key, role)
    }

    private static func open(_ directory: String, _ key: NodeKey, _ role: Role) throws -> Journal {
        try Journal(directory: directory, node: key.node, role: role, codec: EntryCodec(), proofKey: key.proofs)
    }

    /// A copy of its journal.
    func open(_ directory: String) throws -> Journal { try Self.open(directory, key, role) }

    func readTruth() async throws {
        reports = try await Self.reports(of: journal)
        held = try await journal.statistics().origins.map(\.head).map { head in
            // A gateway holds some of central's entries beyond its head, each by itself.
            Head(origin: head.origin, seq: Limits.seq, chain: head.chain)
        }
        for head in held {
            let range = Fetch.Range.run(head.origin, first: 1, last: head.seq)
            dots.formUnion(try await Self.entries(of: range, in: journal).entries.map(\.dot))
        }
        for id in reports.keys { histories[id] = try await journal.report(id)?.history.count }
        digest = try await journal.digest()
    }

    /// How a journal differs from the truth; nil when it does not.
    func difference(of journal: Journal) async -> Difference? {
        do {
            let shown = try await Self.reports(of: journal)
            var differing = reports.keys.filter { shown[$0] != reports[$0] }
            for id in shown.keys where reports[id] == nil { differing.append(id) }
            for id in reports.keys where try await journal.report(id)?.digest != reports[id] { differing.append(id) }
            let counts = try await journal.statistics()
            var isTold = counts.quarantined + counts.orphans > 0
            if try await journal.incidents().contains(where: { !$0.isResolved }) { isTold = true }
            for id in differing {
                if let gaps = try await journal.report(id)?.gaps, !gaps.isEmpty { isTold = true }
            }
            if let id = differing.first {
                let report = try await journal.report(id)
                let entries = report.map { "\($0.history.count) of \(histories[id] ?? 0) entries" } ?? "not there"
                let isListed = shown[id] == reports[id]
                let text = "report \(id): \(entries), \(isListed ? "listed as it was" : "listed otherwise or not")"
                return Difference(text: text, isTold: isTold)
            }
            return try await journal.digest() == digest ? nil : Difference(text: "the digest differs", isTold: isTold)
        } catch {
            return Difference(text: "\(error)", isTold: true)
        }
    }

    /// What a node does about corruption by itself: it goes through all it holds, and takes back from its peer's
    /// journal what is not whole.
    func heal(_ journal: Journal, from peer: Side) async throws {
        var cursor: ScrubCursor? = .start
        while let place = cursor { cursor = try await journal.scrub(place).next }
        for head in held {
            let range = Fetch.Range.run(head.origin, first: 1, last: head.seq)
            let given = try await Self.entries(of: range, in: peer.journal)
            _ = try await journal.restore(
                given.entries.filter { dots.contains($0.dot) }, proofs: given.proofs, asked: range, from: peer.node)
        }
    }

    /// What is held whole of a range, all of it, with central's proofs.
    private static func entries(
        of range: Fetch.Range, in journal: Journal
    ) async throws -> (entries: [SealedEntry], proofs: [Dot: Proof]) {
        var entries: [SealedEntry] = []
        var proofs: [Dot: Proof] = [:]
        var range = range
        while true {
            let run = try await journal.fetch(range)
            for (index, packed) in run.entries.enumerated() {
                guard case .bytes(let bytes) = packed, let dot = EntryCodec().dot(of: bytes) else { continue }
                entries.append(EntryCodec().open(bytes, at: dot))
                if index < run.proofs.count { proofs[dot] = run.proofs[index] }
            }
            guard !run.isLast, let upTo = run.upTo, case .run(let origin, _, let last) = range else {
                return (entries, proofs)
            }
            range = .run(origin, first: upTo.seq + 1, last: last)
        }
    }

    private static func reports(of journal: Journal) async throws -> [ReportID: Hash256] {
        var shown: [ReportID: Hash256] = [:]
        var query = ReportQuery()
        query.limit = Limits.pageReports
        repeat {
            let page = try await journal.reports(query)
            for report in page.reports { shown[report.id] = try await journal.report(report.id)?.digest }
            query.before = page.next
        } while query.before != nil
        return shown
    }
}
