package import FieldpostCore
package import FieldpostStore
import GRDB

/// Which entries name which blobs. The rows are written and removed with the entry.
extension WriteContext {
    /// Call this when an entry is stored at a place.
    func attach(_ attachments: [Attachment], at place: Place) throws {
        for attachment in attachments {
            let blob = try number(of: attachment.blob, bytes: attachment.byteCount)
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO attachments (blob, place) VALUES (?, ?)")
                .execute(arguments: [blob, place.rowID])
        }
        memory.growth.note(.namedBlobs)
    }

    /// The number of a blob. It gets one if it has none.
    private func number(of blob: Hash256, bytes: UInt64) throws -> Int64 {
        let find = try db.cachedStatement(sql: "SELECT number FROM blobs WHERE hash = ?")
        if let number = try Int64.fetchOne(find, arguments: [blob.column]) { return number }
        try db.cachedStatement(sql: "INSERT INTO blobs (hash, bytes) VALUES (?, ?)")
            .execute(arguments: [blob.column, Int64(clamping: bytes)])
        return db.lastInsertedRowID
    }

    fileprivate func meet(_ central: Incarnation) throws {
        let holder = try db.blobHolder()
        guard holder != central else { return }
        try db.execute(sql: "UPDATE identity SET blob_holder = ?", arguments: [central.column])
        if holder != nil { try db.execute(sql: "UPDATE blobs SET held = 0 WHERE held") }
    }

    fileprivate func record(_ blob: Hash256, bytes: UInt64, isHeld: Bool, by central: Incarnation) throws {
        guard try db.blobHolder() == central else { return }
        let number = try number(of: blob, bytes: bytes)
        try db.cachedStatement(sql: "UPDATE blobs SET held = ? WHERE number = ? AND held <> ?")
            .execute(arguments: [isHeld, number, isHeld])
        if !isHeld { memory.growth.note(.namedBlobs) }
    }
}

extension Journal {
    package func named(_ blobs: [Hash256]) async throws(JournalError) -> Set<Hash256> {
        try await read { db in
            try db.blobs(
                blobs,
                where: "EXISTS (SELECT 1 FROM attachments WHERE blob = number)")
        }
    }

    package func held(_ blobs: [Hash256]) async throws(JournalError) -> Set<Hash256> {
        try await read { db in try db.blobs(blobs, where: "held") }
    }

    package func reports(naming blob: Hash256, limit: Int) async throws(JournalError) -> [ReportID] {
        try await read { db in
            let ids = try Row.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT reports.number, reports.id FROM blobs
                        JOIN attachments ON attachments.blob = blobs.number
                        JOIN entries ON entries.place = attachments.place
                        JOIN reports ON reports.number = entries.report
                    WHERE blobs.hash = ? ORDER BY reports.number LIMIT ?
                    """, arguments: [blob.column, limit])
            return ids.compactMap { $0.blob("id").flatMap { ReportID(bytes: $0) } }
        }
    }

    package func mayHave(_ blob: Hash256, gateway: NodeID) async throws(JournalError) -> Bool {
        try await read { db in
            var scope = try GatewayScope(db, of: gateway)
            guard !scope.isRevoked else { return false }
            let reports = try Int64.fetchCursor(
                db,
                sql: """
                    SELECT DISTINCT entries.report FROM blobs
                        JOIN attachments ON attachments.blob = blobs.number
                        JOIN entries ON entries.place = attachments.place
                    WHERE blobs.hash = ? AND entries.report IS NOT NULL
                    """, arguments: [blob.column])
            while let report = try reports.next() {
                if try scope.includes(report: report, db) { return true }
            }
            return false
        }
    }

    package func lacking(after number: Int64, limit: Int) async throws(JournalError) -> [NamedBlob] {
        try await read { db in
            let select = try db.cachedStatement(
                sql: """
                    SELECT number, hash, bytes FROM blobs WHERE NOT held AND number > ?
                        AND EXISTS (SELECT 1 FROM attachments WHERE blob = blobs.number)
                    ORDER BY number LIMIT ?
                    """)
            return try Row.fetchAll(select, arguments: [number, limit]).compactMap(NamedBlob.init)
        }
    }

    package func lacking(
        namedBy node: NodeID, after number: Int64, limit: Int
    ) async throws(JournalError) -> (blobs: [NamedBlob], next: Int64?) {
        try await blobs(where: "NOT held", node, number, limit)
    }

    package func holding(
        namedBy node: NodeID, after number: Int64, limit: Int
    ) async throws(JournalError) -> (blobs: [NamedBlob], next: Int64?) {
        try await blobs(where: "held", node, number, limit)
    }

    private func blobs(
        where condition: String, _ node: NodeID, _ number: Int64, _ limit: Int
    ) async throws(JournalError) -> (blobs: [NamedBlob], next: Int64?) {
        try await read { db in
            let select = try db.cachedStatement(
                sql: """
                    SELECT number, hash, bytes, \(Self.isNamedByNode) AS named FROM blobs
                    WHERE \(condition) AND number > ? ORDER BY number LIMIT ?
                    """)
            let rows = try Row.fetchAll(select, arguments: [node.column, number, limit])
            let next = rows.count == limit ? rows.last?.integer("number") : nil
            return (rows.filter { $0.integer("named") == 1 }.compactMap(NamedBlob.init), next)
        }
    }

    package func named(_ blobs: [Hash256], by node: NodeID) async throws(JournalError) -> Set<Hash256> {
        try await read { db in
            let find = try db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM blobs WHERE hash = ? AND \(Self.isNamedByNode))")
            return try Set(
                blobs.filter { try Bool.fetchOne(find, arguments: [$0.column, node.column]) ?? false })
        }
    }

    /// On a row of `blobs`. Its argument is a node.
    private static let isNamedByNode = """
        EXISTS (SELECT 1 FROM attachments WHERE blob = blobs.number
            AND place >> 40 IN (SELECT origins.number FROM origins WHERE node = ?))
        """

    package func meet(_ central: Incarnation) async throws(JournalError) {
        guard try await read({ db in try db.blobHolder() }) != central else { return }
        try await queue.write(isVital: true) { context in try context.meet(central) }
    }

    package func record(
        _ blob: Hash256, bytes: UInt64, isHeld: Bool, by central: Incarnation
    ) async throws(JournalError) {
        try await queue.write(isVital: true) { context in
            try context.record(blob, bytes: bytes, isHeld: isHeld, by: central)
        }
    }

    package func record(_ blobs: [NamedBlob], areHeld: Bool, by central: Incarnation) async throws(JournalError) {
        guard !blobs.isEmpty else { return }
        try await queue.write(isVital: true) { context in
            for blob in blobs { try context.record(blob.hash, bytes: blob.bytes, isHeld: areHeld, by: central) }
        }
    }

    package func attachmentStatistics() async throws(JournalError) -> AttachmentStatistics {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) AS blobs, coalesce(sum(bytes), 0) AS bytes, coalesce(sum(NOT held), 0) AS lacking,
                        coalesce(sum(CASE WHEN held THEN 0 ELSE bytes END), 0) AS lacking_bytes
                    FROM blobs WHERE EXISTS (SELECT 1 FROM attachments WHERE blob = number)
                    """)
            var statistics = AttachmentStatistics()
            statistics.blobs = Int(row?.integer("blobs") ?? 0)
            statistics.bytes = UInt64(clamping: row?.integer("bytes") ?? 0)
            statistics.lacking = Int(row?.integer("lacking") ?? 0)
            statistics.lackingBytes = UInt64(clamping: row?.integer("lacking_bytes") ?? 0)
            return statistics
        }
    }
}

extension Database {
    /// Whether the rows say which blobs an entry names. Other rows at its place do not matter: the blob is kept longer.
    func holds(_ attachments: [Attachment], at place: Place) throws -> Bool {
        try attachments.allSatisfy { attachment in
            let find = try cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM blobs JOIN attachments ON blob = number WHERE hash = ? AND place = ?)
                    """)
            return try Bool.fetchOne(find, arguments: [attachment.blob.column, place.rowID]) ?? false
        }
    }

    fileprivate func blobHolder() throws -> Incarnation? {
        try Row.fetchOne(self, sql: "SELECT blob_holder FROM identity")?.blob("blob_holder")
            .flatMap { Incarnation(bytes: $0) }
    }

    fileprivate func blobs(_ blobs: [Hash256], where condition: String) throws -> Set<Hash256> {
        let find = try cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM blobs WHERE hash = ? AND \(condition))")
        return try Set(blobs.filter { try Bool.fetchOne(find, arguments: [$0.column]) ?? false })
    }
}

extension NamedBlob {
    fileprivate init?(_ row: Row) {
        guard let number = row.integer("number"), let hash = row.blob("hash").flatMap({ Hash256(bytes: $0) }),
            let bytes = row.integer("bytes")
        else { return nil }
        self.init(number: number, hash: hash, bytes: UInt64(clamping: bytes))
    }
}
