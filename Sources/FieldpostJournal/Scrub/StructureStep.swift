import FieldpostCore
import FieldpostStore
import GRDB

/// The steps of a scrub that check the structure of the file.
extension Journal {
    /// Checks a small file as a whole. Of a large one only the list of tables and the free pages are checked here, and
    /// a step for each table follows, so that no read takes long: while a read lasts, the write-ahead log cannot start
    /// again from its beginning.
    func checkStructure() async throws(JournalError) -> ScrubStep {
        let isWhole = JournalFiles.size(self.path) ?? 0 <= Limits.checkedFileBytes
        var step = try await checkStructure(of: isWhole ? nil : "sqlite_schema")
        doubt(step.doubts)
        step.repaired += try await checkAdmissions()
        step.next = isWhole ? .entries(after: 0) : try await table(after: "")
        return step
    }

    /// Checks one table and its indexes.
    func checkTable(_ name: String) async throws(JournalError) -> ScrubStep {
        var step = try await checkStructure(of: name)
        doubt(doubts + step.doubts)
        step.next = try await table(after: name)
        return step
    }

    private func table(after name: String) async throws(JournalError) -> ScrubCursor {
        let next = try await read { db in
            try SchemaObject.fetchAll(db).filter { $0.type == "table" }.compactMap(\.name).filter { $0 > name }.min()
        }
        return next.map { .table($0) } ?? .entries(after: 0)
    }

    /// Rebuilds indexes that disagree with their table. What is still wrong after that counts as damage. Complaints
    /// that a second check does not confirm are only reported. `table`: nil for all tables.
    private func checkStructure(of table: String?) async throws(JournalError) -> ScrubStep {
        let path = path
        var step = ScrubStep()
        let findings = try await readInterruptibly { db in
            try StructureCheck.findings(db, at: path, comparesIndexes: true, table: table)
        }
        // The writer needed the log. The next round checks again.
        guard let findings else { return step }
        step.doubts = findings.doubts
        guard !findings.damage.isEmpty || !findings.indexes.isEmpty else { return step }
        let name = table?.quotedDatabaseIdentifier ?? ""
        try await queue.write { context in try context.db.execute(sql: "REINDEX \(name)") }
        let left = try await read { db in try StructureCheck.findings(db, at: path, comparesIndexes: true) }
        if let reason = (left.damage + left.indexes).first { throw .damaged(path: path, reason: reason) }
        step.repaired = findings.damage.count + findings.indexes.count
        return step
    }

    /// Makes the tables of admission agree with the audit events. Returns how many rows were wrong.
    private func checkAdmissions() async throws(JournalError) -> Int {
        let (node, codec) = (origin.node, codec)
        guard try await read({ db in try db.admissionsDiffer(at: node, codec: codec) }) else { return 0 }
        return try await queue.write { context in try context.repairAdmissions() }
    }
}
