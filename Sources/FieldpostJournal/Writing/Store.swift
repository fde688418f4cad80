import FieldpostCore
import Foundation
import GRDB

/// An entry that is about to be stored.
struct Arrival {
    let entry: SealedEntry
    let place: Place
    /// H(seq), if the origin's entries up to here are held without a gap.
    let chain: Hash256?
}

/// What the tables hold of one report.
struct HeldReport {
    let number: Int64
    /// The entries that can be read and match their hash. Nil for a large report.
    let entries: [Entry]?
    /// The bodies of its entries were pruned.
    var isPruned = false
    /// The bytes that this node had written to it when they were pruned. 0 while all are here.
    var share = 0
    /// Its row says that a field is in conflict.
    var isConflict = false
}

extension WriteContext {
    /// Stores entries that are not held yet, updates their reports, and adds them to the feeds of the gateways
    /// concerned. `peer` is the node that gave them one by one, from what it keeps of others. It is nil if their author
    /// sent them, or if they were written here. Returns the dots of entries that were quarantined because they are
    /// beyond their author's share of the report.
    @discardableResult
    mutating func store(_ arrivals: [Arrival], gatheredFrom peer: NodeID? = nil) throws -> Set<Dot> {
        var order: [ReportID] = []
        var byReport: [ReportID: [Arrival]] = [:]
        for arrival in arrivals {
            guard let entry = arrival.entry.entry, entry.kind.concernsReport else {
                try insert(arrival.entry, at: arrival.place, report: nil, chain: arrival.chain)
                try applyAuditEvent(arrival)
                try applySetting(arrival)
                continue
            }
            if byReport[entry.report] == nil { order.append(entry.report) }
            byReport[entry.report, default: []].append(arrival)
        }
        return try order.reduce(into: []) { refused, id in
            refused.formUnion(try store(byReport[id] ?? [], of: id, gatheredFrom: peer))
        }
    }

    private mutating func store(
        _ given: [Arrival], of id: ReportID, gatheredFrom peer: NodeID?
    ) throws -> [Dot] {
        if given.count == 1, let entry = given[0].entry.entry, try number(of: id) == nil {
            _ = try storeFirst(given[0], entry, gatheredFrom: peer)
            return []
        }
        var (held, state) = try takeReport(id)
        if let held, held.isPruned { try rehydrate(report: id, number: held.number) }
        let (arrivals, refused) = try withinShares(given, usage: state.usage, gatheredFrom: peer)
        guard !arrivals.isEmpty else {
            keep(state)
            return refused
        }
        let authors = state.authors
        let known = state.reusedIDs
        let digest = try merge(arrivals, of: held, into: &state)
        let overview = state.overview
        let number = try save(
            overview, digest: digest, as: held?.number,
            touched: memory.role == .gateway ? memory.retention.runningTime : nil)
        for arrival in arrivals {
            try insert(arrival.entry, at: arrival.place, report: number, chain: arrival.chain)
        }
        noteConflict(of: number, was: held?.isConflict ?? false, is: overview.isConflict)
        if memory.role == .central {
            try feed(
                number: number, isNew: held == nil, authors: authors, arrivals: arrivals,
                gatheredFrom: peer)
        }
        if peer == nil { try noteUrgent(arrivals, of: overview, number: number) }
        let reused =
            overview.reusedIDs.count == known.count
            ? [] : overview.reusedIDs.subtracting(known).sorted().map { ($0, state.dots(of: $0)) }
        keep(state)
        memory.stored = overview
        for (id, dots) in reused { try recordReuse(of: id, at: dots, in: overview.id) }
        return refused
    }

    /// Stores the first entry of a report of which the journal holds nothing, and returns the report. One entry is
    /// always within its author's share.
    mutating func storeFirst(
        _ arrival: Arrival, _ entry: Entry, gatheredFrom peer: NodeID? = nil
    ) throws -> ReportOverview {
        let report = Report(id: entry.report, folding: CollectionOfOne(entry))
        let isOwn = entry.dot.origin.node == memory.own.node
        let overview = report.overview
        let number = try save(
            overview, digest: report.digest, as: nil,
            touched: memory.role == .gateway ? memory.retention.runningTime : nil,
            created: isOwn && entry.hasIDOfReport ? arrival.place : nil)
        try insert(
            arrival.entry, at: arrival.place, report: number, chain: arrival.chain, keepsID: entry.hasIDOfReport)
        if memory.role == .central {
            try feed(number: number, isNew: true, authors: [], arrivals: [arrival], gatheredFrom: peer)
        } else if peer == nil {
            try noteUrgent([arrival], of: overview, number: number)
        }
        return overview
    }

    /// Adds new entries to a report's state. Returns the report's digest if the report is small.
    private func merge(
        _ arrivals: [Arrival], of held: HeldReport?, into state: inout MergeState
    ) throws -> Hash256? {
        let new = arrivals.compactMap { arrival in
            arrival.entry.entry.map { (entry: $0, bytes: arrival.entry.bytes.count) }
        }
        for (entry, bytes) in new where !state.add(entry, bytes: bytes) {
            // The entries cannot just be appended: a gap closes, an id is used again, or something is removed.
            let entries = try held.map { try readEntries(of: $0.number) } ?? []
            state = MergeState(report: state.report, folding: entries + new, authors: state.authors)
            break
        }
        let entries = held.map(\.entries) ?? []
        guard let entries, entries.count + new.count <= Limits.smallReportEntries else { return nil }
        return Report(id: state.report, folding: entries + new.map(\.entry)).digest
    }

    /// Returns what the tables hold of a report (nil if there is none with that id), and its merge state. A corrupt
    /// entry counts as missing, so the report's version stops before it. The caller must give the state back with
    /// `keep`.
    func takeReport(_ id: ReportID) throws -> (HeldReport?, MergeState) {
        let find = try db.cachedStatement(
            sql: "SELECT pruned, share, conflict FROM reports WHERE number = ? AND id = ?")
        guard let number = try number(of: id),
            let row = try Row.fetchOne(find, arguments: [number, id.column])
        else { return (nil, MergeState(report: id, folding: [])) }
        let isPruned = row.integer("pruned") == 1
        let share: Int = row["share"]
        let isConflict = row.integer("conflict") == 1
        if !isPruned, let state = memory.hot.take(id) {
            return (HeldReport(number: number, entries: nil, share: share, isConflict: isConflict), state)
        }
        let entries = try readEntries(of: number)
        let held = HeldReport(
            number: number, entries: entries.count <= Limits.smallReportEntries ? entries.map(\.entry) : nil,
            isPruned: isPruned, share: share, isConflict: isConflict)
        return (held, MergeState(report: id, folding: entries, authors: try authors(of: number)))
    }

    /// The nodes that wrote any entry of a report, corrupt ones included. They receive what others write to it.
    func authors(of number: Int64) throws -> Set<NodeID> {
        let select = try db.cachedStatement(sql: "SELECT DISTINCT place >> 40 FROM entries WHERE report = ?")
        return Set(try Int64.fetchAll(select, arguments: [number]).compactMap { memory.origins[$0]?.origin.node })
    }

    /// Keeps a state for the next entry, if computing it again would be expensive.
    func keep(_ state: MergeState) {
        guard state.counts.entries > Limits.smallReportEntries else { return }
        memory.hot.put(state)
    }

    /// The entries of a report that can be read and match their hash, each with its size in bytes.
    func readEntries(of number: Int64) throws -> [(entry: Entry, bytes: Int)] {
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes FROM entries WHERE report = ?")
        let rows = try Row.fetchCursor(select, arguments: [number])
        var entries: [(entry: Entry, bytes: Int)] = []
        while let row = try rows.next() {
            let sealed = try open(row)
            if let entry = sealed.entry { entries.append((entry, sealed.bytes.count)) }
        }
        return entries
    }

    /// The seq of this node's last entry of a report. 0 if there is none. A corrupt entry counts: an entry that named
    /// the one before it as the last would claim to have seen it.
    func lastOwnSeq(in report: Int64) throws -> UInt64 {
        guard let own = memory.origins[memory.own] else { return 0 }
        let select = try db.cachedStatement(
            sql: "SELECT max(place) FROM entries WHERE report = ? AND place BETWEEN ? AND ?")
        let last = try Int64.fetchOne(
            select,
            arguments: [
                report, Place(origin: own.number, seq: 0).rowID, Place(origin: own.number, seq: Limits.seq).rowID,
            ])
        return last.map { Place(rowID: $0).seq } ?? 0
    }

    /// The entry held that is the same write. Nil if there is none.
    func copy(of entry: Entry) throws -> Entry? {
        let (_, state) = try takeReport(entry.report)
        let dots = state.dots(of: entry.id)
        keep(state)
        return try dots.lazy.compactMap { try self.entry(at: $0) }.first { $0.saysTheSame(as: entry) }
    }

    /// The entry at a dot, if it is held and can be read.
    func entry(at dot: Dot) throws -> Entry? {
        guard let row = memory.origins[dot.origin] else { return nil }
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes FROM entries WHERE place = ?")
        let place = Place(origin: row.number, seq: dot.seq)
        return try Row.fetchOne(select, arguments: [place.rowID]).flatMap { try open($0).entry }
    }

    /// Reads a row with `place`, `hash` and `bytes`, and checks the hash.
    func open(_ row: Row) throws -> SealedEntry {
        try EntryRow(row).open(codec: memory.codec) { memory.origins[$0]?.origin }
    }

    /// Writes the row that listings and digests read. `digest`: nil if it is computed when it is needed. `touched`: the
    /// running time, if something new came. Returns the report's number.
    ///
    /// `created`: for a new report, the place of this node's entry with the report's id.
    func save(
        _ report: ReportOverview, digest: Hash256?, as number: Int64?, touched: Int64? = nil, created: Place? = nil
    ) throws -> Int64 {
        let update = """
            UPDATE reports SET digest = ?, conflict = ?, channel = ?, category = ?, priority = ?, grid = ?, stage = ?,
            department = ?, touched = coalesce(?, touched), handled = ?, hidden = max(hidden, ?), facts = ?
            WHERE number = ?
            """
        let insert = """
            INSERT INTO reports (digest, conflict, channel, category, priority, grid, stage, department, touched,
                handled, hidden, facts, id, created)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        let statement = try db.raw(number == nil ? insert : update)
        let fields = report.fields
        if let digest { statement.bind(digest, at: 1) } else { statement.bind(StoredDigest.stale, at: 1) }
        statement.bind(report.isConflict ? 1 : 0, at: 2)
        statement.bind(fields.text(of: .channel), at: 3)
        statement.bind(fields.text(of: .category), at: 4)
        statement.bind(fields.text(of: .priority), at: 5)
        statement.bind(fields.text(of: .grid), at: 6)
        statement.bind(fields.text(of: .stage), at: 7)
        statement.bind(fields.text(of: .department), at: 8)
        statement.bind(touched, at: 9)
        statement.bind(report.summary == nil ? 0 : 1, at: 10)
        statement.bind(report.isHidden ? 1 : 0, at: 11)
        statement.bind(try facts(of: report), at: 12)
        if let number {
            statement.bind(number, at: 13)
            try statement.run()
            try saveCase(report, number: number, isNew: false)
            try saveReceipts(report, number: number, isNew: false)
            return number
        }
        statement.bind(report.id, at: 13)
        statement.bind(created?.rowID, at: 14)
        try statement.run()
        let new = db.lastInsertedRowID
        memory.reportIndex.add(report.id, number: new)
        try saveCase(report, number: new, isNew: true)
        try saveReceipts(report, number: new, isNew: true)
        return new
    }
}

/// Values of the column with a report's digest.
enum StoredDigest {
    /// The report is large, so its digest is computed from its entries when it is needed.
    static let stale: [UInt8] = [0]
}
