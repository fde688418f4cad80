import FieldpostCore
package import FieldpostStore
import GRDB

extension Journal {
    /// Returns the entries that are kept but not merged, in order of place, at most `limit`.
    package func quarantine(limit: Int) async throws(JournalError) -> [QuarantinedEntry] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT entries.place, quarantine, length(bytes) AS size, origins.node, origins.incarnation
                    FROM entries JOIN origins ON origins.number = entries.place >> 40
                    WHERE quarantine IS NOT NULL AND quarantine <> ? ORDER BY entries.place LIMIT ?
                    """, arguments: [Quarantine.rehydrating, limit]
            ).compactMap { row in
                Origin(row).map {
                    QuarantinedEntry(
                        dot: Dot($0, Place(rowID: row["place"]).seq), reason: row.text("quarantine") ?? "",
                        byteCount: Int(row.integer("size") ?? 0))
                }
            }
        }
    }

    package func quarantined(at dot: String) async throws(JournalError) -> QuarantinedBytes? {
        try await read { db in
            guard let (place, dot) = try db.quarantined(dot).first else { return nil }
            let select = try db.cachedStatement(
                sql: """
                    SELECT quarantine, hash, length(bytes) AS size, substr(bytes, 1, ?) AS start FROM entries
                    WHERE place = ? AND quarantine IS NOT NULL AND quarantine <> ?
                    """)
            let row = try Row.fetchOne(
                select, arguments: [Limits.shownQuarantineBytes, place.rowID, Quarantine.rehydrating])
            guard let row, let reason = row.text("quarantine") else { return nil }
            return QuarantinedBytes(
                entry: QuarantinedEntry(dot: dot, reason: reason, byteCount: Int(row.integer("size") ?? 0)),
                cause: Quarantine.cause(of: reason), hash: row.blob("hash").flatMap { Hash256(bytes: $0) },
                start: row.blob("start").map { Array($0) } ?? [])
        }
    }

    package func replayQuarantine(at dot: String?) async throws(JournalError) -> QuarantineReplay {
        try await queue.write { context in
            guard let dot else { return try context.replayQuarantine(nil) }
            return try context.replayQuarantine(try context.db.quarantined(dot).map(\.place))
        }
    }
}

extension Database {
    /// The places in quarantine whose dots are written like this: one, but for a freak of chance.
    fileprivate func quarantined(_ text: String) throws -> [(place: Place, dot: Dot)] {
        guard let seq = Dot.seq(in: text) else { return [] }
        let select = try cachedStatement(
            sql: """
                SELECT place FROM entries WHERE quarantine IS NOT NULL AND place & ? = ? ORDER BY place LIMIT ?
                """)
        let places = try Int64.fetchAll(
            select, arguments: [Int64(Limits.seq), Int64(seq), Limits.soughtRows]).map(Place.init(rowID:))
        return try places.compactMap { place in
            let dot = try originRow(number: place.origin).map { Dot($0.origin, place.seq) }
            return dot.flatMap { $0.description == text ? (place, $0) : nil }
        }
    }
}

extension Quarantine {
    fileprivate static func cause(of reason: String) -> QuarantineCause {
        switch reason {
        case corrupt: .corrupt
        case withheld: .withheld
        case beyondShare: .beyondShare
        default: .unreadable
        }
    }
}

extension WriteContext {
    /// What cannot be read stays where it is, unchanged: only entries that this version reads leave their place, and
    /// are stored there again. Their hashes are checked first, and their chain values stay, so no dot and no chain
    /// changes.
    /// `places`: nil for all.
    fileprivate mutating func replayQuarantine(_ places: [Place]?) throws -> QuarantineReplay {
        var replay = QuarantineReplay()
        var arrivals: [Arrival] = []
        let sql = "SELECT place, hash, bytes, chain, quarantine FROM entries WHERE quarantine IS NOT NULL"
        let rows =
            if let places {
                try places.flatMap {
                    try Row.fetchAll(db, sql: sql + " AND place = ?", arguments: [$0.rowID])
                }
            } else {
                try Row.fetchAll(db, sql: sql + " ORDER BY place")
            }
        for row in rows {
            let reason = row.text("quarantine") ?? ""
            guard reason != Quarantine.rehydrating else { continue }
            guard reason != Quarantine.beyondShare, case let sealed = try open(row), sealed.entry != nil else {
                replay.keep(reason)
                continue
            }
            let place = Place(rowID: row["place"])
            let chain = row.blob("chain").flatMap { Hash256(bytes: $0) }
            try remove(place)
            arrivals.append(Arrival(entry: sealed, place: place, chain: chain))
        }
        try store(arrivals)
        for arrival in arrivals {
            let find = try db.cachedStatement(sql: "SELECT quarantine FROM entries WHERE place = ?")
            let row = try Row.fetchOne(find, arguments: [arrival.place.rowID])
            // Central may find now that its author wrote too much.
            if let reason = row?.text("quarantine") { replay.keep(reason) } else { replay.merged += 1 }
        }
        return replay
    }
}

extension QuarantineReplay {
    fileprivate mutating func keep(_ reason: String) {
        let told = kept[reason] == nil && kept.count >= Limits.toldReasons ? "other reasons" : reason
        kept[told, default: 0] += 1
    }
}
