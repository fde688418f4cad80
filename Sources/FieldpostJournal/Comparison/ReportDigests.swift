import FieldpostCore
import FieldpostStore
import Foundation
import GRDB
import Synchronization

/// The digests of reports that two nodes compare: at a gateway of all that are in its scope, at central of those in the
/// scope of one gateway. A pruned report counts with the state that it had when it was pruned.
struct ReportDigests {
    let db: Database
    let codec: any EntryCoding
    /// At central: only reports in this scope count.
    private var scope: GatewayScope?

    init(_ db: Database, scope gateway: NodeID?, codec: any EntryCoding) throws {
        self.db = db
        self.codec = codec
        scope = try gateway.map { try GatewayScope(db, of: $0) }
    }

    /// Gives the reports after a number to `take`, at most `limit` rows. Returns the last number, or nil at the end.
    mutating func walk(
        after number: Int64, limit: Int, _ take: (ReportID, UInt64) throws -> Void
    ) throws -> Int64? {
        let select = try db.raw(
            """
            SELECT number, id, digest FROM reports
            WHERE number > ? AND length(digest) > 0 AND NOT withdrawn ORDER BY number LIMIT ?
            """)
        select.bind(number, at: 1)
        select.bind(Int64(limit), at: 2)
        var scope = self.scope
        defer { self.scope = scope }
        var last: Int64?
        var count = 0
        var stale: [(Int64, ReportID)] = []
        do {
            defer { select.reset() }
            while try select.step() {
                guard let number = select.integer(at: 0) else { continue }
                (last, count) = (number, count + 1)
                guard let id = select.withBytes(at: 1, { ReportID(bytes: Array($0)) }) else { continue }
                guard try scope?.includes(report: number, db) != false else { continue }
                guard let digest = select.withBytes(at: 2, { Hash256(raw: $0) }) else {
                    stale.append((number, id))
                    continue
                }
                try take(id, digest.firstWord)
            }
        }
        // Digests of large reports are computed when they are needed.
        for (number, id) in stale {
            if let digest = try db.report(number: number, codec: codec)?.digest { try take(id, digest.firstWord) }
        }
        return count < limit ? nil : last
    }
}

/// What was computed for the first question of a comparison, for the questions that follow: 512 KiB each.
final class SlotSums: Sendable {
    private let sums = Mutex<[(gateway: NodeID?, sums: [UInt64])]>([])
    private static let most = 2

    func find(of gateway: NodeID?) -> [UInt64]? {
        sums.withLock { $0.first { $0.gateway == gateway }?.sums }
    }

    func keep(_ new: [UInt64], of gateway: NodeID?) {
        sums.withLock { sums in
            sums.removeAll { $0.gateway == gateway }
            sums.append((gateway, new))
            if sums.count > Self.most { sums.removeFirst() }
        }
    }

    func forget(_ gateway: NodeID?) { sums.withLock { $0.removeAll { $0.gateway == gateway } } }
}
