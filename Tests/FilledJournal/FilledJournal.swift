package import FieldpostCore
package import FieldpostJournal
package import GRDB

/// Journals as real use leaves them: every table has rows, written by the journal's own calls.
///
/// Opening, repair, bit flips and faults at every call are tested on such journals. If you add a table, name it in
/// `tables` and add a `Part` that fills it (in `GatewayParts` or `CentralParts`). Until then `FilledJournalTests` fails
/// and names the table.
package enum FilledJournal {
    /// For each table, the journals in which it has rows.
    package static let tables: [String: Set<Role>] = [
        "accesses": [.gateway, .central],
        "attachments": [.gateway, .central],
        "blobs": [.gateway, .central],
        "boots": [.central],
        "early": [.central],
        "enrollments": [.central],
        "entries": [.gateway, .central],
        "entry_digests": [.central],
        "feed": [.central],
        "feed_cursors": [.gateway],
        "feed_gaps": [.central],
        "former_grids": [.central],
        "gateways": [.central],
        "grdb_migrations": [.gateway, .central],
        "grids": [.central],
        "hearsay": [.central],
        "identity": [.gateway, .central],
        "keys": [.gateway, .central],
        "incarnations": [.central],
        "marks": [.gateway],
        "named": [.central],
        "origins": [.gateway, .central],
        "orphans": [.gateway, .central],
        "backfills": [.central],
        "case_events": [.central],
        "cases": [.gateway, .central],
        "changes": [.gateway, .central],
        "changes_gone": [.gateway, .central],
        "claims": [.central],
        "listed": [.gateway, .central],
        "people": [.gateway],
        "people_list": [.gateway],
        "proofs": [.gateway],
        "receipt_summaries": [.gateway],
        "report_receipts": [.gateway, .central],
        "report_ids_1": [.gateway, .central],
        "report_ids_2": [.gateway, .central],
        "reports": [.gateway, .central],
        "retention": [.gateway, .central],
        "resolved": [.gateway, .central],
        "search_pieces": [.gateway, .central],
        "search_segments": [.gateway, .central],
        "settings": [.gateway, .central],
        "scrub": [.gateway, .central],
        "sqlite_sequence": [.gateway, .central],
        "suspicions": [.central],
        "tasks": [.gateway, .central],
        "tokens": [.central],
        "unread": [.gateway],
        "urgent": [.gateway],
    ]

    /// One step that fills a journal. If it is repeated, also after an interruption, it adds only what is missing.
    package struct Part: Sendable {
        package let name: String
        package let fill: @Sendable (Journal) async throws -> Void
    }

    /// In the order in which they are performed.
    package static func parts(_ role: Role) -> [Part] {
        role == .gateway ? GatewayParts.all : CentralParts.all
    }

    /// Performs all parts of the journal's role.
    package static func fill(_ journal: Journal) async throws {
        for part in parts(journal.role) { try await part.fill(journal) }
    }

    /// The number of rows of each table, without SQLite's own tables.
    package static func rowCounts(_ db: Database) throws -> [String: Int] {
        let names = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%'")
        return try names.reduce(into: [:]) { counts, name in
            // How many rows it takes to tell of some changes depends on which commits they came with.
            let count = name == "changes" ? "sum(CASE WHEN place > 0 THEN count ELSE 1 END)" : "count(*)"
            counts[name] = try Int.fetchOne(db, sql: "SELECT \(count) FROM \(name.quotedDatabaseIdentifier)") ?? 0
        }
    }

    /// What is wrong with a filled journal, as sentences that say what to do: a table that is not named, is named but
    /// does not exist, or is empty.
    package static func defects(_ db: Database, role: Role) throws -> [String] {
        let counts = try rowCounts(db)
        let unnamed = counts.keys.filter { tables[$0] == nil }.map {
            "Table \($0) is new: name it in FilledJournal.tables, with the roles whose journals have rows in it, and "
                + "fill it in a part of that role."
        }
        let gone = tables.keys.filter { counts[$0] == nil }.map {
            "Table \($0) is named in FilledJournal.tables, but it does not exist."
        }
        let empty = tables.filter { $0.value.contains(role) && counts[$0.key] == 0 }.keys.map {
            "Table \($0) is empty in a filled journal of a \(role): add a part to "
                + "\(role == .gateway ? "GatewayParts" : "CentralParts") that fills it with the journal's own calls."
        }
        return (unnamed + gone + empty).sorted()
    }
}
