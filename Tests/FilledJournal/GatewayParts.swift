import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire

/// The parts of a gateway's journal.
enum GatewayParts {
    static let all: [FilledJournal.Part] = [
        .init(name: "a report that was pruned", fill: prune),
        .init(name: "reports and edits", fill: report),
        .init(name: "central's feed", fill: follow),
        .init(name: "entries that differ at one dot", fill: contest),
        .init(name: "receipts", fill: acknowledge),
        .init(name: "audit events and incidents", fill: recordEvents),
        .init(name: "people whom central named", fill: { try await $0.keep(people, of: central) }),
        .init(name: "a photo that central holds", fill: Filling.holdPhoto),
        .init(
            name: "a case", fill: { try await Filling.handle(ReportID(0xF111_0020), entry: 31, in: $0) }),
        .init(name: "ids of reports", fill: { try await $0.writeReportIDs() }),
        .init(name: "the search index", fill: { try await $0.writeSearch() }),
    ]

    /// Another gateway, whose reports of shared grids come by the feed, and central.
    static let other = Filling.origin(211)
    static let central = Filling.origin(212)
    static let pruned = ReportID(0xF111_0001)
    static let edited = ReportID(0xF111_0002)
    static let shared = ReportID(0xF111_0003)

    private static let people = PeopleList(
        version: 12,
        people: [
            Person(
                name: "王敏", role: "viewer", group: "", department: "", grids: ["雪象"],
                verifier: "$scrypt$ln=15,r=8,p=1$a$b"),
            Person(
                name: "赵敏", role: "staff", group: "collector", department: "坂田街道市政服务中心", grids: ["南坑一", "南坑二"],
                verifier: "$scrypt$ln=15,r=8,p=1$c$d"),
        ])

    /// Central has held the report for a long time, and nobody changed it since. Only in a new journal: in another one,
    /// more reports would be pruned.
    private static func prune(_ journal: Journal) async throws {
        guard try await !journal.isPruned(pruned) else { return }
        let isNew = try await journal.head().seq == 0
        let first = try await journal.append(Filling.draft(.create, pruned, entry: 1, Filling.whole("路灯不亮")))
        let seq = first.entry.dot.seq
        guard let chain = try await journal.chain(of: first.entry.dot.origin, at: seq) else { return }
        let head = Head(origin: first.entry.dot.origin, seq: seq, chain: chain)
        for _ in 1...(isNew ? 3 : 1) {
            _ = try await journal.compare([head], with: central)
            try await journal.rest(for: 1, with: central, keeping: 1)
        }
        try await journal.writeReportIDs(movingAll: true)
        while isNew, try await !journal.prune(keeping: 1, with: central).isLast {}
    }

    private static func report(_ journal: Journal) async throws {
        let first = try await journal.append(Filling.draft(.create, edited, entry: 2, Filling.whole("三单元楼道内有电动车充电")))
        _ = try await journal.append(
            Filling.draft(
                .edit, edited, entry: 3, seen: first.version,
                Change(
                    fields: [.stage: .text("受理"), .location: .cleared],
                    traces: [Trace(stage: "受理", department: "城管", text: "已派单")],
                    removals: [ElementID(entry: first.entry.id, index: 0)])))
        // Written with what its author saw before the other edit: both values stand.
        _ = try await journal.append(
            Filling.draft(.edit, edited, entry: 4, seen: first.version, Change(fields: [.stage: .text("结案")])))
        _ = try await journal.append(
            Filling.draft(
                .create, ReportID(0xF111_0004), entry: 5,
                Change(fields: [.text: .text(Filling.long), .priority: .text("urgent")])))
    }

    /// The feed has gaps, and unreadable bytes.
    private static func follow(_ journal: Journal) async throws {
        guard try await (journal.feedCursor(of: central.node)?.position ?? 0) < 4 else { return }
        let entries = [
            Filling.sealed(Dot(other, 2), report: shared, Filling.whole("井盖松动")),
            Filling.sealed(Dot(central, 3), report: shared, Change(notes: [Note(text: "请核实")])),
            Filling.sealed(Dot(other, 9), report: ReportID(0xF111_0005), Filling.whole("占道经营")),
            Filling.unreadable(Dot(other, 5)),
            Filling.setting(Dot(central, 4)),
        ]
        let cursor = FeedCursor(incarnation: central.incarnation, position: 4)
        let key = ProofKey(privateKey: central.node.bytes)
        let proofs = entries.map { ($0.dot, key.proof(of: $0.dot, hash: $0.hash, to: journal.origin.node)) }
        _ = try await journal.absorb(
            entries, proofs: Dictionary(uniqueKeysWithValues: proofs), from: central.node, upTo: cursor,
            proof: key.proof(of: cursor, to: journal.origin.node), stamp: Filling.stamp)
    }

    /// Central's entry counts. An entry at its dot that cannot be written again is kept as an orphan.
    private static func contest(_ journal: Journal) async throws {
        guard try await journal.statistics().orphans == 0 else { return }
        let entry = Filling.sealed(Dot(other, 5), report: ReportID(0xF111_0006), Filling.whole("垃圾未清"))
        let cursor = FeedCursor(incarnation: central.incarnation, position: 5)
        _ = try await journal.absorb([entry], from: central.node, upTo: cursor, stamp: Filling.stamp)
    }

    /// Up to the second of four entries. Central cannot read the second one.
    private static func acknowledge(_ journal: Journal) async throws {
        guard try await journal.statistics().unread == 0,
            let chain = try await journal.chain(of: journal.origin, at: 2)
        else { return }
        try await journal.acknowledge(
            Receipt(head: Head(origin: journal.origin, seq: 2, chain: chain), quarantined: [2]))
    }

    private static func recordEvents(_ journal: Journal) async throws {
        try await journal.keep(.reports(after: 2))
        for (name, isRevoked) in [("网格员-01", false), ("P-7", true)]
        where try await journal.access(named: name) == nil {
            let access = Access(
                name: name, role: .terminal(channel: "terminal"),
                verifier: "sha256:\(Hash256(hashing: Array(name.utf8)))",
                isRevoked: isRevoked)
            try await journal.give(
                access, isNew: true, account: "Let \(name) in.", author: "root", stamp: Filling.stamp)
        }
        _ = try await journal.resolveIncidents()
    }
}
