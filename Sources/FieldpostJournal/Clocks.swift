package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// At central: stores the offset between a gateway's monotonic clock since a boot and this node's wall clock. Of
    /// several measures of one boot, the one with the least uncertainty wins. But a later measure that contradicts it
    /// wins: it shows that this node's wall clock was set in between.
    package func note(_ measure: ClockMeasure, of node: NodeID) async throws(JournalError) {
        try await queue.write { context in
            if let reference = measure.reference { try context.follow(reference) }
            try context.db.execute(
                sql: """
                    INSERT INTO boots (node, boot, offset, uncertainty, measured, reference, base)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (node, boot) DO UPDATE SET
                        offset = excluded.offset, uncertainty = excluded.uncertainty, measured = excluded.measured,
                        reference = excluded.reference, base = excluded.base
                    WHERE excluded.uncertainty <= uncertainty
                        OR abs(excluded.offset - offset) > excluded.uncertainty + uncertainty + ?
                            + abs(excluded.measured - measured) / 10000
                    """,
                arguments: [
                    node.column, measure.boot.column, measure.offsetMilliseconds,
                    Int64(clamping: measure.uncertaintyMilliseconds), Int64(clamping: measure.monotonicMilliseconds),
                    measure.reference?.boot.column, measure.reference?.baseMilliseconds,
                    Limits.clockJitterMilliseconds,
                ])
        }
    }

    /// Returns the measures of the boots that the stamps name, by node and boot.
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

extension WriteContext {
    /// If this node's wall clock was set since earlier measures in the same run of its kernel, moves those measures by
    /// the same amount. This includes measures of boots that are over.
    fileprivate mutating func follow(_ reference: ClockReference) throws {
        if let known = memory.clockBase, known.boot == reference.boot,
            known.baseMilliseconds.distance(to: reference.baseMilliseconds).magnitude
                < UInt(Limits.clockJitterMilliseconds)
        {
            return
        }
        memory.clockBase = reference
        try db.execute(
            sql: """
                UPDATE boots SET offset = offset + (? - base), base = ?
                WHERE reference = ? AND abs(base - ?) >= ?
                """,
            arguments: [
                reference.baseMilliseconds, reference.baseMilliseconds, reference.boot.column,
                reference.baseMilliseconds, Limits.clockJitterMilliseconds,
            ])
    }
}
