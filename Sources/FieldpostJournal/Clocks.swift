package import FieldpostCore
import Foundation
import GRDB

extension Journal {
    /// At central: notes how a gateway's monotonic clock since a boot stands to this node's wall clock. Of several
    /// measures of one boot the surest counts.
    package func note(_ measure: ClockMeasure, of node: NodeID) async throws(JournalError) {
        try await queue.write { context in
            try context.db.execute(
                sql: """
                    INSERT INTO boots (node, boot, offset, uncertainty, measured) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (node, boot) DO UPDATE SET
                        offset = excluded.offset, uncertainty = excluded.uncertainty, measured = excluded.measured
                    WHERE excluded.uncertainty <= uncertainty
                    """,
                arguments: [
                    node.column, measure.boot.column, measure.offsetMilliseconds,
                    Int64(clamping: measure.uncertaintyMilliseconds), Int64(clamping: measure.monotonicMilliseconds),
                ])
        }
    }

    /// The measures of the boots that stamps name, by node and boot.
    package func clockMeasures(
        of stamps: [(node: NodeID, boot: BootID)]
    ) async throws(JournalError) -> [NodeID: [BootID: ClockMeasure]] {
        try await read { db in
            var measures: [NodeID: [BootID: ClockMeasure]] = [:]
            let statement = try db.cachedStatement(sql: "SELECT * FROM boots WHERE node = ? AND boot = ?")
            for stamp in stamps where measures[stamp.node]?[stamp.boot] == nil {
                guard
                    let row = try Row.fetchOne(statement, arguments: [stamp.node.column, stamp.boot.column])
                else { continue }
                measures[stamp.node, default: [:]][stamp.boot] = ClockMeasure(
                    boot: stamp.boot, offsetMilliseconds: row.integer("offset") ?? 0,
                    uncertaintyMilliseconds: UInt64(clamping: row.integer("uncertainty") ?? .max),
                    monotonicMilliseconds: UInt64(clamping: row.integer("measured") ?? 0))
            }
            return measures
        }
    }
}
