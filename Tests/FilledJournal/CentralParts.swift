import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire

/// The parts of central's journal.
enum CentralParts {
    static let all: [FilledJournal.Part] = [
        .init(name: "gateways that share a grid", fill: register),
        .init(name: "reports of gateways", fill: ingest),
        .init(name: "reports and edits of central", fill: report),
        .init(name: "entries that differ at one dot", fill: contest),
        .init(name: "receipts of the feed and clock measurements", fill: measure),
        .init(name: "enrollments and access", fill: enroll),
        .init(name: "a setting", fill: set),
        .init(name: "entries that a gateway cannot prove", fill: hear),
        .init(name: "a claim that nobody can confirm yet", fill: claim),
        .init(name: "an urgent entry ahead of its chain", fill: takeEarly),
        .init(name: "a photo that central holds", fill: Filling.holdPhoto),
        .init(name: "a case, and events about its deadline", fill: handle),
        .init(name: "a whole block of entries, and its digest", fill: compare),
        .init(name: "ids of reports", fill: { try await $0.writeReportIDs() }),
        .init(name: "the search index", fill: { try await $0.writeSearch() }),
    ]

    static let first = Filling.origin(221)
    /// The incarnation of the first gateway before its present one.
    static let earlier = Origin(node: first.node, incarnation: Incarnation(0xE221))
    static let second = Filling.origin(222)
    static let grids: [NodeID: [String]] = [first.node: ["10014", "10018"], second.node: ["10018", "10022"]]
    /// A grid that their hellos name, and that their enrollments do not give them.
    static let formerGrid = "10030"
    static let shared = ReportID(0xF222_0001)

    private static func register(_ journal: Journal) async throws {
        try await meet(earlier, "石井社区", journal)
        try await meet(first, "石井社区", after: earlier.incarnation, journal)
        try await meet(second, "station-2", journal)
    }

    private static func meet(
        _ gateway: Origin, _ name: String, after predecessor: Incarnation? = nil, _ journal: Journal
    ) async throws {
        let hello = Hello(
            node: gateway.node, role: .gateway, name: name, incarnation: gateway.incarnation, predecessor: predecessor,
            boot: BootID(5), clock: ClockReading(wallMilliseconds: 0, quality: .unknown), linkClass: "lte",
            frameBytes: 0, dictionaries: [], heads: [], receipts: [], grids: (grids[gateway.node] ?? []) + [formerGrid])
        _ = try await journal.register(hello, stamp: Filling.stamp)
    }

    static let third = Filling.origin(223)

    /// A gateway with a block of entries that all are held, which an operator compared.
    private static func compare(_ journal: Journal) async throws {
        let isNew = try await journal.heads(of: third.node).isEmpty
        if isNew {
            try await meet(third, "station-3", journal)
            let run = (1...31).map { (seq: UInt64) in
                Filling.sealed(
                    Dot(third, seq), report: ReportID(0xF223_0000 + UInt128(seq)),
                    Change(fields: [.text: .text("第\(seq)盏路灯不亮"), .grid: .text("10040")]))
            }
            _ = try await journal.ingest(run, of: third, after: Chain.start(of: third), stamp: Filling.stamp)
        }
        _ = try await journal.compared(Compare(.entries(third), [0...31], partSize: 32))
    }

    /// One report in the grid that both gateways serve, one in a grid that neither serves, and unreadable bytes.
    static let run: [SealedEntry] = [
        Filling.sealed(Dot(first, 1), report: shared, Filling.whole("井盖松动", grid: "10018")),
        Filling.sealed(
            Dot(first, 2), report: ReportID(0xF222_0002), Change(fields: [.text: .text(Filling.long)])),
        Filling.unreadable(Dot(first, 3)),
        Filling.sealed(Dot(first, 4), report: ReportID(0xF222_0003), Filling.whole("占道经营", grid: "10014")),
    ]

    private static func ingest(_ journal: Journal) async throws {
        let isNew = try await journal.statistics().reports == 0
        _ = try await journal.ingest(run, of: first, after: Chain.start(of: first))
        if isNew { try await journal.writeReportIDs(movingAll: true) }
    }

    private static func report(_ journal: Journal) async throws {
        _ = try await journal.append(
            Filling.draft(
                .create, ReportID(0xF222_0004), entry: 21, Filling.whole("三单元楼道内有电动车充电", grid: "10018")))
        _ = try await journal.append(
            Filling.draft(
                .edit, shared, entry: 22,
                Change(
                    fields: [.stage: .text("受理"), .department: .text("城管")],
                    traces: [Trace(stage: "受理", department: "城管", text: "已派单")])))
        // Written without having seen the other edit: both values stand.
        _ = try await journal.append(
            Filling.draft(
                .edit, shared, entry: 23, seen: ReportVersion(context: VersionVector(), depth: 0),
                Change(fields: [.stage: .text("结案")])))
    }

    /// The second gateway gave something when central fetched it. Its run then has something else, which counts.
    private static func contest(_ journal: Journal) async throws {
        guard try await journal.statistics().orphans == 0 else { return }
        _ = try await journal.restore(
            [Filling.unreadable(Dot(second, 2))], asked: .run(second, first: 2, last: 2), from: second.node,
            stamp: Filling.stamp)
        let run = (1...2).map { seq in
            Filling.sealed(
                Dot(second, seq), report: ReportID(0xF222_0010 + UInt128(seq)), Filling.whole("垃圾未清", grid: "10022"))
        }
        _ = try await journal.ingest(run, of: second, after: Chain.start(of: second))
    }

    /// Central was restored from a backup. The first gateway gives its foreign entries without proofs: an entry of the
    /// second gateway, which it can have held, and one of central that only central can have.
    private static func hear(_ journal: Journal) async throws {
        if journal.predecessor == nil {
            try await journal.begin(IncarnationStart(.centralRestored(gateway: first.node), stamp: Filling.stamp))
        }
        let given = [
            Filling.sealed(Dot(second, 9), report: shared, Change(notes: [Note(text: "已到场")])),
            Filling.sealed(
                Dot(Origin(node: journal.origin.node, incarnation: Incarnation(0xE999)), 1), report: shared,
                Change(fields: [.stage: .text("结案")])),
        ]
        _ = try await journal.restore(given, asked: .foreign(after: nil), from: first.node, stamp: Filling.stamp)
        _ = try await journal.resolveIncidents()
        _ = try await journal.restore(given, asked: .foreign(after: nil), from: first.node, stamp: Filling.stamp)
    }

    /// The first gateway claims to have seen more of the second than central holds since its restore.
    private static func claim(_ journal: Journal) async throws {
        let entry = Filling.sealed(
            Dot(first, 5), report: shared, seen: VersionVector([(second, 99 as UInt64)]),
            Change(fields: [.stage: .text("复核")]))
        let chain = run.reduce(Chain.start(of: first)) { Chain.link($0, $1.hash) }
        _ = try await journal.ingest([entry], of: first, after: chain)
    }

    private static func takeEarly(_ journal: Journal) async throws {
        let entry = Filling.sealed(
            Dot(second, 90), report: ReportID(0xF222_0009), Change(fields: [.priority: .urgent, .grid: .text("10022")]))
        _ = try await journal.takeEarly(entry, from: second.node, stamp: Filling.stamp)
    }

    private static func handle(_ journal: Journal) async throws {
        try await Filling.handle(ReportID(0xF222_0020), entry: 31, in: journal)
        _ = try await journal.raiseCaseEvents(now: 1_760_000_000_000)
    }

    private static func measure(_ journal: Journal) async throws {
        try await journal.acknowledgeFeed(first.node, position: 1)
        try await journal.keep(.reports(after: 2))
        let measure = ClockMeasure(
            boot: BootID(5), offsetMilliseconds: 1_750_000_000_000, uncertaintyMilliseconds: 40,
            monotonicMilliseconds: 9000)
        try await journal.note(measure, of: first.node)
    }

    private static func set(_ journal: Journal) async throws {
        guard try await journal.setting("calendar", of: journal.origin.node) == nil,
            let setting = CentralSetting(name: "calendar", text: "2026-10-01 休\n2026-10-10 班\n")
        else { return }
        _ = try await journal.keep(setting, replacing: nil, author: "root", stamp: Filling.stamp)
    }

    private static func enroll(_ journal: Journal) async throws {
        for gateway in [first.node, second.node] where try await journal.enrollment(of: gateway) == nil {
            // The reports of another grid wait until the gateway is enrolled again.
            let more = gateway == second.node ? ["10014"] : []
            let enrollment = Enrollment(
                gateway: gateway, state: gateway == first.node ? .enrolled : .revoked,
                name: gateway == first.node ? "石井社区" : "station-2", grids: (grids[gateway] ?? []) + more)
            try await journal.enroll(
                enrollment, account: "Enrolled \(gateway.short).", author: "root", stamp: Filling.stamp)
        }
        try await meet(second, "station-2", journal)
        for (name, secret) in [("station-3", TokenSecret(31)), ("station-4", TokenSecret(32))]
        where try await !journal.tokens().contains(where: { $0.name == name }) {
            let token = TokenRecord(
                number: 0, name: name, grids: ["10014"], madeAt: 1_750_000_000_000, endsAt: 1_760_000_000_000,
                gateway: nil)
            _ = try await journal.keep(token, secret: secret.hash, author: "root", stamp: Filling.stamp)
        }
        _ = try await journal.redeem(
            TokenSecret(31), of: Filling.origin(223).node, asking: Enroll(name: "x", grids: [], token: TokenSecret(31)),
            stamp: Filling.stamp)
        if try await journal.access(named: "李强") == nil {
            let access = Access(
                name: "李强", role: .dispatcher,
                assignment: Assignment(group: .dispatcher, department: "坂田街道市政服务中心", grids: ["南坑一", "雪象"]),
                verifier: "scrypt:1:2:3")
            try await journal.give(access, isNew: true, account: "Let 李强 in.", author: "root", stamp: Filling.stamp)
        }
        _ = try await journal.resolveIncidents()
    }
}
