import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

/// Compares entries with their hashes, their chain and their reports, and reports with their entries. It writes
/// nothing. A reader finds what differs, and the writer looks again before it repairs that.
struct RowCheck {
    let db: Database
    let codec: any EntryCoding
    /// Finds an origin by its number.
    let origin: (Int64) throws -> OriginRow?
    let reportIndex: ReportIndex

    /// On a reader. It may take an id for missing that was written to a table after the read began: the writer, which
    /// looks again, does not.
    init(_ db: Database, codec: any EntryCoding, reportIndex: ReportIndex) {
        self.db = db
        self.codec = codec
        self.reportIndex = reportIndex
        origin = { try db.originRow(number: $0) }
    }

    /// In the writer, whose memory is ahead of the table of origins.
    init(_ context: WriteContext) {
        db = context.db
        codec = context.memory.codec
        reportIndex = context.memory.reportIndex
        origin = { [origins = context.memory.origins] in origins[$0] }
    }
}

/// What is wrong with some entries that follow each other in the table.
struct EntryFindings: Sendable {
    /// The last place that was examined.
    var last: Int64
    /// No entry follows.
    var isLast = false
    var entries = 0
    var bytes = 0
    /// The chain values that should be stored.
    var chains: [(place: Place, chain: Hash256)] = []
    /// Entries that do not match their hash.
    var corrupt: [Place] = []
    /// Entries without bytes whose hash is corrupt.
    var unproved: [Place] = []
    /// Sound entries whose stored hash is corrupt, or that are not stored under their report.
    var proved: [(entry: EntryRow, chain: Hash256?)] = []

    var isClean: Bool { chains.isEmpty && corrupt.isEmpty && unproved.isEmpty && proved.isEmpty }
}

extension RowCheck {
    /// Examines the entries after a place, up to another one, until `limit` bytes were read.
    func entries(after place: Int64, upTo end: Int64 = .max, bytes limit: Int) throws -> EntryFindings {
        let statement = try db.cachedStatement(
            sql: """
                SELECT place, report, hash, bytes, chain, quarantine FROM entries WHERE place > ? AND place <= ?
                ORDER BY place
                """)
        let rows = try Row.fetchCursor(statement, arguments: [place, end])
        var found = EntryFindings(last: place)
        var before: (place: Place, chain: Hash256)?
        var known: OriginRow?
        while found.bytes < limit {
            guard let row = try rows.next() else {
                found.isLast = true
                break
            }
            let entry = EntryRow(row)
            found.last = entry.place.rowID
            found.entries += 1
            found.bytes += entry.bytes.count + 128
            // The row id is corrupt: no entry has this place.
            guard entry.place.seq > 0 else { continue }
            if known?.number != entry.place.origin { known = try origin(entry.place.origin) }
            if before?.place.rowID != entry.place.rowID - 1, let known {
                before = try db.chain(of: known, at: entry.place.seq - 1).map {
                    (Place(rowID: entry.place.rowID - 1), $0)
                }
            }
            before = try examine(entry, row, of: known, after: before?.chain, into: &found).map { (entry.place, $0) }
        }
        return found
    }

    /// Examines one entry. `before` is the chain value of the entry before it, if it is known. Returns its own.
    private func examine(
        _ entry: EntryRow, _ row: Row, of origin: OriginRow?, after before: Hash256?, into found: inout EntryFindings
    ) throws -> Hash256? {
        let stored = row.blob("chain").flatMap { Hash256(bytes: $0) }
        let isHeld = origin.map { entry.place.seq <= $0.head } ?? false
        let packed = isHeld ? before.flatMap { entry.packed(after: $0, chain: stored) } : nil
        if packed == nil, isHeld, entry.bytes.isEmpty, let origin, let before,
            let chain = try db.settledChain(of: origin, entry, stored: stored, after: before)
        {
            if chain != stored {
                found.chains.append((entry.place, chain))
            } else if try db.isPruned(row) {
                found.unproved.append(entry.place)
            }
            return chain
        }
        if let packed, packed.chain != stored { found.chains.append((entry.place, packed.chain)) }
        if entry.isSound {
            if try !isFiled(entry, as: row, of: origin) { found.proved.append((entry, packed?.chain ?? stored)) }
        } else if !entry.bytes.isEmpty, row.text("quarantine") != Quarantine.corrupt {
            if case .bytes = packed?.entry {
                found.proved.append((entry, packed?.chain))
            } else {
                found.corrupt.append(entry.place)
            }
        } else if entry.bytes.isEmpty, row.text("quarantine") == nil, try !db.isPruned(row) {
            found.corrupt.append(entry.place)
        }
        return packed?.chain ?? stored
    }

    /// Whether a sound entry is stored under its own report, and is merged exactly if it can be read.
    private func isFiled(_ entry: EntryRow, as row: Row, of origin: OriginRow?) throws -> Bool {
        guard let origin else { return true }
        if row.text("quarantine") == Quarantine.beyondShare { return row.integer("report") == nil }
        let sealed = codec.open(entry.bytes, at: Dot(origin.origin, entry.place.seq))
        guard (sealed.quarantineReason == nil) == (row.text("quarantine") == nil) else { return false }
        guard let content = sealed.entry, content.kind.concernsReport else {
            return try row.integer("report") == nil
                && db.isSetting(entry.place) == (sealed.entry?.kind == .setting)
        }
        guard try number(of: content.report) == row.integer("report") else { return false }
        return try db.holds(content.change.attachments, at: entry.place)
    }

    func number(of report: ReportID) throws -> Int64? { try reportIndex.number(of: report, in: db) }
}
