package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// The head of this node's own origin.
    package func head() async throws(JournalError) -> Head {
        if let failure { throw failure }
        return queue.head
    }

    /// The heads of all origins of a node that are held here, oldest first.
    package func heads(of node: NodeID) async throws(JournalError) -> [Head] {
        try await read { db in try db.originRows(of: node).map(\.position) }
    }

    /// Returns the contents of a gateway's hello: the heads of its own origins, and for each the last receipt that
    /// central can prove. Central must not trust a receipt without a proof. Among many incarnations, those with entries
    /// that central lacks come first, then the latest. The present one is always included, even without entries. If
    /// central lacks entries of more incarnations than fit, each hello begins with others (`turn`).
    ///
    /// `central` is the node to which the hello goes. Receipts of another central are left out, because this one cannot
    /// check their proofs. Nil: any central.
    package func greeting(
        to central: NodeID? = nil, turn: Int = 0
    ) async throws(JournalError) -> (heads: [Head], receipts: [Receipt]) {
        try await read { [origin] db in
            var rows = try db.originRows(of: origin.node).filter { $0.origin != origin }
            rows.sort { ($0.receipt < $0.head ? 0 : 1, -$0.number) < ($1.receipt < $1.head ? 0 : 1, -$1.number) }
            let lacking = rows.filter { $0.receipt < $0.head }.count
            if lacking >= Limits.greetingOrigins {
                let start = turn * Limits.greetingStep % lacking
                rows = Array(rows[start..<lacking] + rows[..<start] + rows[lacking...])
            }
            let own = try db.originRow(origin) ?? OriginRow(number: 0, origin: origin)
            let told = [own] + rows.prefix(Limits.greetingOrigins - 1)
            return (
                told.map(\.position),
                try told.prefix(Limits.greetingReceipts).compactMap { try db.receipt(of: $0, by: central) }
            )
        }
    }

    /// H(seq) of an origin. Nil if it is not held. H(0) is known for every origin, even one without entries.
    package func chain(of origin: Origin, at seq: UInt64) async throws(JournalError) -> Hash256? {
        guard seq > 0 else { return Chain.start(of: origin) }
        return try await read { db in try db.originRow(origin).flatMap { try db.chain(of: $0, at: seq) } }
    }

    /// The entries of an origin after `seq`. Nil if there are none.
    package func run(
        of origin: Origin, after seq: UInt64, limit: RunLimit = RunLimit()
    ) async throws(JournalError) -> EntryRun? {
        try await read { db in try db.originRow(origin).flatMap { try db.run(of: $0, after: seq, limit: limit) } }
    }

    /// At central: the feed of a gateway after a position. Nil if there is nothing more.
    package func feed(
        of gateway: NodeID, after position: UInt64, limit: RunLimit = RunLimit()
    ) async throws(JournalError) -> FeedRun? {
        try await read { db in try db.feed(of: gateway, after: position, limit: limit) }
    }

    /// At a gateway: how far it has read central's feed. Nil before the first run.
    package func feedCursor(of central: NodeID) async throws(JournalError) -> FeedCursor? {
        try await read { db in try db.feedCursor(of: central) }
    }

    /// One report with its siblings and history. Nil if this node holds no entry of it.
    package func report(_ id: ReportID) async throws(JournalError) -> Report? {
        try await read(report: id) { [codec] db, number in
            try number.flatMap { number in try db.report(number: number, codec: codec) }
        }
    }

    /// One page of reports. They are folded one at a time, to save memory, and in several reads if that takes long. So
    /// each report is consistent, but one may be newer than another on the page.
    package func reports(_ query: ReportQuery) async throws(JournalError) -> ReportPage {
        guard query.search.isEmpty else {
            let page = try await search(query)
            return ReportPage(reports: page.found.map(\.overview), next: page.next, isComplete: page.isComplete)
        }
        if let page = try await indexedReports(query) { return page }
        var listing = Listing(query)
        while !listing.isComplete {
            listing = try await read { [listing] db in
                var listing = listing
                try listing.search(db, until: ContinuousClock.now + .milliseconds(Limits.readMilliseconds))
                return listing
            }
        }
        let numbers = listing.numbers
        let shown = numbers.prefix(query.limit)
        var reports: [ReportOverview] = []
        var rest = shown
        while !rest.isEmpty {
            let (some, count) = try await read { [codec, rest] db in
                let end = ContinuousClock.now + .milliseconds(Limits.readMilliseconds)
                var (some, count): ([ReportOverview], Int) = ([], 0)
                for number in rest where count == 0 || ContinuousClock.now < end {
                    if let report = try db.report(number: number, codec: codec) { some.append(report.overview) }
                    count += 1
                }
                return (some, count)
            }
            reports += some
            rest = rest.dropFirst(count)
        }
        return ReportPage(reports: reports, next: numbers.count > shown.count ? shown.last : nil)
    }

    /// Counts and sizes for the status.
    package func statistics() async throws(JournalError) -> JournalStatistics {
        try await read { [path] db in try JournalStatistics(db, path: path) }
    }

    /// One digest over the reports held here, or over those in a gateway's scope. Two nodes compare it.
    package func digest(scope gateway: NodeID? = nil) async throws(JournalError) -> ReportsDigest {
        try await read { [codec] db in try ReportsDigest(db, scope: gateway, codec: codec) }
    }
}

extension Database {
    /// Central's last proved receipt for an own origin, if this journal still agrees with it.
    fileprivate func receipt(of row: OriginRow, by central: NodeID?) throws -> Receipt? {
        let found = try Row.fetchOne(
            self, sql: "SELECT proved, proved_chain, proof, prover FROM origins WHERE number = ?",
            arguments: [row.number])
        guard central == nil || found?.blob("prover") == central?.column,
            let seq = found?.integer("proved").flatMap({ UInt64(exactly: $0) }), seq > 0, seq <= row.head,
            let stored = found?.blob("proved_chain").flatMap({ Hash256(bytes: $0) }),
            let proof = found?.blob("proof").flatMap({ HeadProof(bytes: $0) }),
            try chain(of: row, at: seq) == stored
        else { return nil }
        return Receipt(head: Head(origin: row.origin, seq: seq, chain: stored), proof: proof)
    }
}
