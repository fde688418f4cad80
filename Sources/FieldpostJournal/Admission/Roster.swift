package import FieldpostCore
package import FieldpostStore
import GRDB

extension Journal {
    /// At central: returns all gateways, terminals and people, admitted or revoked. The latest audit event is last.
    package func roster() async throws(JournalError) -> [RosterEntry] {
        try await read { db in
            let gateways = try Row.fetchAll(db, sql: "SELECT * FROM enrollments ORDER BY gateway").map { row in
                (row, Enrollment(row).map(AuditEvent.enrollment))
            }
            let people = try Row.fetchAll(db, sql: "SELECT * FROM accesses ORDER BY name").map { row in
                (row, Access(row).map(AuditEvent.access))
            }
            return (gateways + people).compactMap { row, event in
                guard let event, let depth = row.integer("depth") else { return nil }
                return RosterEntry(depth: UInt64(clamping: depth), event: event)
            }.sorted { $0.depth < $1.depth }
        }
    }

    /// At central: restores what a copy of the roster says and the journal no longer does, because the journal lost
    /// audit events. A later audit event in the journal wins over the copy. Returns the events that were restored.
    package func adopt(_ copy: [RosterEntry], stamp: Stamp) async throws(JournalError) -> [AuditEvent] {
        try await queue.write(isVital: true) { context in try context.adopt(copy, stamp: stamp) }
    }
}

extension WriteContext {
    fileprivate mutating func adopt(_ copy: [RosterEntry], stamp: Stamp) throws -> [AuditEvent] {
        var adopted: [AuditEvent] = []
        for entry in copy.sorted(by: { $0.depth < $1.depth }) {
            guard try depth(of: entry.event).map({ $0 < entry.depth }) ?? true else { continue }
            do {
                try putBack(entry, stamp: stamp)
                adopted.append(entry.event)
            } catch JournalError.nameTaken {
                // An administrator has given the name to another gateway since. The old gateway must be enrolled again.
                continue
            }
        }
        return adopted
    }

    /// Returns the depth of the latest audit event about the same gateway, terminal or person. Returns nil if there is
    /// none.
    private func depth(of event: AuditEvent) throws -> UInt64? {
        let depth =
            switch event {
            case .enrollment(let enrollment):
                try Int64.fetchOne(
                    db, sql: "SELECT depth FROM enrollments WHERE gateway = ?", arguments: [enrollment.gateway.column])
            case .access(let access):
                try Int64.fetchOne(db, sql: "SELECT depth FROM accesses WHERE name = ?", arguments: [access.name])
            }
        return depth.map { UInt64(clamping: $0) }
    }

    private mutating func putBack(_ entry: RosterEntry, stamp: Stamp) throws {
        let lost = "the journal has lost the audit event that said this."
        switch entry.event {
        case .enrollment(let enrollment):
            try enroll(
                enrollment,
                account: "Restored \(enrollment.name) (\(enrollment.gateway.short)) as "
                    + "\(enrollment.state.rawValue): \(lost)",
                author: "fieldpost", stamp: stamp, noEarlierThan: entry.depth)
        case .access(let access):
            let state = access.isRevoked ? "revoked" : access.role.text
            try audit(
                Change(fields: access.fields, notes: [Note(text: "Restored \(access.name) as \(state): \(lost)")]),
                author: "fieldpost", stamp: stamp, noEarlierThan: entry.depth)
        }
    }
}
