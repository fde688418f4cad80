import FieldpostCore
import FieldpostStore
import FieldpostWire
import FilledJournal
import Foundation
import GRDB

@testable import FieldpostJournal

/// Reads the tables of a journal row by row, and finds where they disagree with each other.
struct FaultCensus {
    /// The dots of each entry. An entry with more than one dot is doubled.
    private(set) var dots: [EntryID: [Dot]] = [:]
    /// Entries whose bodies were pruned.
    private(set) var pruned: Set<Dot> = []
    private(set) var defects: [String] = []
    /// What does not depend on the random incarnation: it is the same for two journals with the same steps.
    private(set) var totals: [String: Int] = [:]

    init(_ db: Database, codec: EntryCodec) throws {
        let verdict = try String.fetchOne(db, sql: "PRAGMA integrity_check")
        if verdict != "ok" { defects.append("integrity_check: \(verdict ?? "nothing")") }
        if try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") != nil { defects.append("a foreign key") }
        for row in try db.originRows() { try count(row, db, codec) }
        try checkReports(db, codec)
        totals = try FilledJournal.rowCounts(db)
        // Openings add to it, and a trial with a fault opens the journal more often.
        totals["feed_gaps"] = nil
        totals["feed cursor"] = try Int.fetchOne(db, sql: "SELECT max(position) FROM feed_cursors")
        totals["pruned"] = pruned.count
        totals["receipts"] = try Int.fetchOne(db, sql: "SELECT sum(receipt) FROM origins")
        totals["feed acknowledged"] = try Int.fetchOne(db, sql: "SELECT sum(acknowledged) FROM gateways")
        if try Bool.fetchOne(
            db,
            sql: "SELECT count(*) > count(DISTINCT gateway || '/' || place || '/' || coalesce(withdrawn, '')) FROM feed"
        ) == true {
            defects.append("an entry stands twice in a feed")
        }
    }

    private mutating func count(_ row: OriginRow, _ db: Database, _ codec: EntryCodec) throws {
        let rows = try Row.fetchAll(
            db,
            sql:
                "SELECT place, hash, bytes, chain, report, quarantine FROM entries WHERE place >> 40 = ? ORDER BY 1",
            arguments: [row.number])
        var chain = Chain.start(of: row.origin)
        for (index, stored) in rows.enumerated() {
            let entry = EntryRow(stored)
            if try isPruned(entry, stored, db) {
                let id = try Data.fetchOne(
                    db, sql: "SELECT id FROM keys WHERE place = ?1 UNION ALL SELECT id FROM reports WHERE created = ?1",
                    arguments: [entry.place.rowID])
                if let id = id.flatMap({ EntryID(bytes: $0) }) {
                    dots[id, default: []].append(Dot(row.origin, entry.place.seq))
                }
                pruned.insert(Dot(row.origin, entry.place.seq))
                chain = entry.place.seq <= row.head ? Chain.link(chain, entry.hash ?? .zero) : chain
                continue
            }
            if !entry.isSound { defects.append("the hash of \(entry.place.seq) of \(row.origin)") }
            let sealed = codec.open(entry.bytes, at: Dot(row.origin, entry.place.seq))
            if let content = sealed.entry {
                dots[content.id, default: []].append(sealed.dot)
                if content.kind.concernsReport, stored["report"] as Int64? == nil {
                    defects.append("entry \(entry.place.seq) of \(row.origin) is filed nowhere")
                }
            } else if stored["quarantine"] as String? == nil {
                defects.append("entry \(entry.place.seq) of \(row.origin) cannot be read")
            }
            guard entry.place.seq <= row.head else { continue }
            chain = Chain.link(chain, sealed.hash)
            if entry.place.seq != UInt64(index + 1) || stored["chain"] as Data? != chain.column {
                defects.append("the chain of \(row.origin) at \(entry.place.seq)")
            }
        }
        if chain != row.chain { defects.append("the head of \(row.origin)") }
        if UInt64(rows.count) < row.head { defects.append("a gap in \(row.origin)") }
    }

    private func isPruned(_ entry: EntryRow, _ row: Row, _ db: Database) throws -> Bool {
        guard entry.bytes.isEmpty else { return false }
        return try Bool.fetchOne(
            db, sql: "SELECT pruned FROM reports WHERE number = ?", arguments: [row["report"] as Int64?]) ?? false
    }

    private mutating func checkReports(_ db: Database, _ codec: EntryCodec) throws {
        for row in try Row.fetchAll(db, sql: "SELECT number, digest FROM reports WHERE NOT pruned") {
            let number: Int64 = row["number"]
            let report = try db.report(number: number, codec: codec)
            if report?.digest.column != row["digest"] as Data { defects.append("the digest of report \(number)") }
        }
        let orphans = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM reports WHERE number NOT IN (SELECT report FROM entries)")
        if orphans != 0 { defects.append("reports without entries") }
    }
}
