package import FieldpostCore
import GRDB

/// What the last act about somebody says, and how late that act is among all of them.
package struct RosterEntry: Hashable, Sendable {
    package let depth: UInt64
    package let act: Act

    package init(depth: UInt64, act: Act) {
        self.depth = depth
        self.act = act
    }
}

extension Journal {
    /// At central: whom it lets in and whom no more, the latest act last.
    package func roster() async throws(JournalError) -> [RosterEntry] {
        try await read { db in
            let gateways = try Row.fetchAll(db, sql: "SELECT * FROM enrolments ORDER BY gateway").map { row in
                (row, Enrolment(row).map(Act.enrolment))
            }
            let people = try Row.fetchAll(db, sql: "SELECT * FROM accesses ORDER BY name").map { row in
                (row, Access(row).map(Act.access))
            }
            return (gateways + people).compactMap { row, act in
                guard let act, let depth = row.integer("depth") else { return nil }
                return RosterEntry(depth: UInt64(clamping: depth), act: act)
            }.sorted { $0.depth < $1.depth }
        }
    }

    /// At central: acts anew what a copy of the roster says and the journal, from which acts were lost, says no more.
    /// What the journal says of a later act stands. Returns those that were put back.
    package func adopt(_ copy: [RosterEntry], stamp: Stamp) async throws(JournalError) -> [Act] {
        try await queue.write(isVital: true) { context in try context.adopt(copy, stamp: stamp) }
    }
}

extension WriteContext {
    fileprivate mutating func adopt(_ copy: [RosterEntry], stamp: Stamp) throws -> [Act] {
        var adopted: [Act] = []
        for entry in copy.sorted(by: { $0.depth < $1.depth }) {
            guard try depth(of: entry.act).map({ $0 < entry.depth }) ?? true else { continue }
            do {
                try putBack(entry, stamp: stamp)
                adopted.append(entry.act)
            } catch JournalError.nameTaken {
                // A person gave the name away since: that gateway has to be enrolled again.
                continue
            }
        }
        return adopted
    }

    /// Of the last act about the same gateway or person; nil when there is none.
    private func depth(of act: Act) throws -> UInt64? {
        let depth =
            switch act {
            case .enrolment(let enrolment):
                try Int64.fetchOne(
                    db, sql: "SELECT depth FROM enrolments WHERE gateway = ?", arguments: [enrolment.gateway.column])
            case .access(let access):
                try Int64.fetchOne(db, sql: "SELECT depth FROM accesses WHERE name = ?", arguments: [access.name])
            }
        return depth.map { UInt64(clamping: $0) }
    }

    private mutating func putBack(_ entry: RosterEntry, stamp: Stamp) throws {
        let lost = "the act that said so is not in the journal any more."
        switch entry.act {
        case .enrolment(let enrolment):
            try enrol(
                enrolment,
                account:
                    "Put back \(enrolment.name) (\(enrolment.gateway.short)) as \(enrolment.state.rawValue): \(lost)",
                author: "fieldpost", stamp: stamp, noEarlierThan: entry.depth)
        case .access(let access):
            let state = access.isRevoked ? "revoked" : access.right.text
            try act(
                Change(fields: access.fields, notes: [Note(text: "Put back \(access.name) as \(state): \(lost)")]),
                author: "fieldpost", stamp: stamp, noEarlierThan: entry.depth)
        }
    }
}
