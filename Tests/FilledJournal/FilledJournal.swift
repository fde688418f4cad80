package import FieldpostCore
package import FieldpostJournal
package import GRDB

/// Journals as real use leaves them: every table has rows, put there by the journal's own calls.
///
/// Opening, repair, flips and faults at every call are tried on such journals. Whoever adds a table names it in
/// `tables` and adds a `Part` that fills it (in `GatewayParts` or `CentralParts`); until then `FilledJournalTests`
/// fails and names the table.
package enum FilledJournal {
    /// The journals in which each table has rows.
    package static let tables: [String: Set<Role>] = [
        "accesses": [.gateway, .central],
        "boots": [.central],
        "enrollments": [.central],
        "entries": [.gateway, .central],
        "feed": [.central],
        "feed_cursors": [.gateway],
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
        "proofs": [.gateway],
        "reports": [.gateway, .central],
        "retention": [.gateway, .central],
        "resolved": [.gateway, .central],
        "sqlite_sequence": [.central],
        "suspicions": [.central],
        "tokens": [.central],
        "unread": [.gateway],
    ]

    /// One thing that happens to a journal. Done again, or after it was broken off, it adds only what is missing.
    package struct Part: Sendable {
        package let name: String
        package let fill: @Sendable (Journal) async throws -> Void
    }

    /// In the order in which they are done.
    package static func parts(_ role: Role) -> [Part] {
        role == .gateway ? GatewayParts.all : CentralParts.all
    }

    /// Does all parts of the journal's role.
    package static func fill(_ journal: Journal) async throws {
        for part in parts(journal.role) { try await part.fill(journal) }
    }

    /// How many rows each table has, SQLite's own lists aside.
    package static func rowCounts(_ db: Database) throws -> [String: Int] {
        let names = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%'")
        return try names.reduce(into: [:]) { counts, name in
            counts[name] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(name.quotedDatabaseIdentifier)")
        }
    }

    /// What is wrong with a filled journal, each in a sentence that says what to do: a table that nobody named, that is
    /// named and gone, or that is empty.
    package static func defects(_ db: Database, role: Role) throws -> [String] {
        let counts = try rowCounts(db)
        let unnamed = counts.keys.filter { tables[$0] == nil }.map {
            "Table \($0) is new: name it in FilledJournal.tables, with the roles whose journals have rows in it, and "
                + "fill it in a part of that role."
        }
        let gone = tables.keys.filter { counts[$0] == nil }.map {
            "Table \($0) is named in FilledJournal.tables, and there is none."
        }
        let empty = tables.filter { $0.value.contains(role) && counts[$0.key] == 0 }.keys.map {
            "Table \($0) is empty in a filled journal of a \(role): add a part to "
                + "\(role == .gateway ? "GatewayParts" : "CentralParts") that fills it by the journal's calls."
        }
        return (unnamed + gone + empty).sorted()
    }
}
