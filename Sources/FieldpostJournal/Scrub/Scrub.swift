import CoreMetrics
package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// Checks the next part of the journal: first the structure of the file, then entries against their hashes and
    /// their chain, then reports against their entries. Corrupt entries are marked, so that they are not merged, and
    /// are fetched from peers. Everything that follows from entries is repaired at once.
    ///
    /// Throws `.damaged` if the structure of the file is broken.
    package func scrub(
        _ cursor: ScrubCursor, bytes: Int = Limits.scrubBytesPerSecond
    ) async throws(JournalError) -> ScrubStep {
        switch cursor {
        case .entries(let place):
            let step = try await queue.write { context in try context.scrubEntries(after: place, bytes: bytes) }
            metrics.corrupt.increment(by: step.corrupt)
            return step
        case .reports(let number):
            return try await queue.write { context in
                try context.scrubReports(after: number, count: max(bytes / 1024, 1))
            }
        case .structure:
            return try await checkStructure()
        }
    }

    /// Marks own entries that were found to be corrupt when they were sent.
    package func noteCorruption(of origin: Origin, seqs: [UInt64]) async throws(JournalError) {
        try await queue.write { context in
            guard let row = context.memory.origins[origin] else { return }
            for seq in seqs { try context.quarantine(Place(origin: row.number, seq: seq)) }
        }
    }

    /// Entries that are corrupt, withheld or being rehydrated here. A peer may have them.
    package func missing() async throws(JournalError) -> [Fetch.Range] {
        try await read { db in try db.missing().ranges }
    }

    /// Rebuilds all indexes if anything is wrong. What is still wrong after that counts as damage. Complaints that a
    /// second check does not confirm are only stored.
    private func checkStructure() async throws(JournalError) -> ScrubStep {
        let path = path
        let findings = try await read { db in try StructureCheck.findings(db, at: path, comparesIndexes: true) }
        var step = ScrubStep()
        step.next = .entries(after: 0)
        step.repaired = try await queue.write { context in try context.repairAdmissions() }
        doubt(findings.doubts)
        guard !findings.damage.isEmpty || !findings.indexes.isEmpty else { return step }
        try await queue.write { context in try context.db.execute(sql: "REINDEX") }
        let left = try await read { db in try StructureCheck.findings(db, at: path, comparesIndexes: true) }
        if let reason = (left.damage + left.indexes).first { throw .damaged(path: path, reason: reason) }
        step.repaired += findings.damage.count + findings.indexes.count
        return step
    }
}

extension WriteContext {
    fileprivate mutating func scrubEntries(after place: Int64, bytes limit: Int) throws -> ScrubStep {
        var step = ScrubStep()
        let rows = try Row.fetchCursor(
            db, sql: "SELECT place, report, hash, bytes, chain, quarantine FROM entries WHERE place > ? ORDER BY place",
            arguments: [place])
        var last = place
        var corrupt: [Place] = []
        var chains: [(Place, Hash256)] = []
        /// Entries without bytes whose hash is corrupt.
        var unproved: [Place] = []
        /// Sound entries whose stored hash is corrupt.
        var proved: [(entry: EntryRow, chain: Hash256?)] = []
        var before: (place: Place, chain: Hash256)?
        while step.bytes < limit {
            guard let row = try rows.next() else {
                last = -1
                break
            }
            let entry = EntryRow(row)
            last = entry.place.rowID
            step.entries += 1
            step.bytes += entry.bytes.count + 128
            // The row id is corrupt: no entry has this place.
            guard entry.place.seq > 0 else { continue }
            if before?.place.rowID != last - 1, let origin = memory.origins[entry.place.origin] {
                before = try db.chain(of: origin, at: entry.place.seq - 1).map { (Place(rowID: last - 1), $0) }
            }
            let stored = row.blob("chain").flatMap { Hash256(bytes: $0) }
            let isHeld = memory.origins[entry.place.origin].map { entry.place.seq <= $0.head } ?? false
            let packed = isHeld ? before.flatMap { entry.packed(after: $0.chain, chain: stored) } : nil
            if packed == nil, isHeld, entry.bytes.isEmpty, let origin = memory.origins[entry.place.origin],
                let known = before,
                let chain = try db.settledChain(of: origin, entry, stored: stored, after: known.chain)
            {
                if chain != stored {
                    chains.append((entry.place, chain))
                } else if try isPruned(row) {
                    unproved.append(entry.place)
                }
                before = (entry.place, chain)
                continue
            }
            if let packed, packed.chain != stored { chains.append((entry.place, packed.chain)) }
            before = (packed?.chain ?? stored).map { (entry.place, $0) }
            if entry.isSound {
                if try !isFiled(entry, as: row) { proved.append((entry, packed?.chain ?? stored)) }
            } else if !entry.bytes.isEmpty, row.text("quarantine") != Quarantine.corrupt {
                if case .bytes = packed?.entry {
                    proved.append((entry, packed?.chain))
                } else {
                    corrupt.append(entry.place)
                }
            } else if entry.bytes.isEmpty, row.text("quarantine") == nil, try !isPruned(row) {
                corrupt.append(entry.place)
            }
        }
        for (place, chain) in chains {
            try db.execute(sql: "UPDATE entries SET chain = ? WHERE place = ?", arguments: [chain.column, place.rowID])
            step.repaired += 1
            guard var row = memory.origins[place.origin], place.seq == row.head else { continue }
            row.chain = chain
            setOrigin(row)
        }
        for found in proved { try storeAgain(found.entry, chain: found.chain) }
        step.repaired += proved.count
        for place in corrupt { try quarantine(place) }
        for place in unproved { try rehydrate(place) }
        step.corrupt = corrupt.count + unproved.count
        step.next = last < 0 ? .reports(after: 0) : .entries(after: last)
        return step
    }

    /// Whether a sound entry is stored under its own report, and is merged exactly if it can be read.
    private func isFiled(_ entry: EntryRow, as row: Row) throws -> Bool {
        guard let origin = memory.origins[entry.place.origin]?.origin else {
            return true
        }
        if row.text("quarantine") == Quarantine.beyondShare { return row.integer("report") == nil }
        let sealed = memory.codec.open(entry.bytes, at: Dot(origin, entry.place.seq))
        guard (sealed.quarantineReason == nil) == (row.text("quarantine") == nil) else { return false }
        guard let content = sealed.entry, content.kind.concernsReport else { return row.integer("report") == nil }
        return try number(of: content.report) == row.integer("report")
    }

    /// Stores an entry as if it had just arrived. While its hash was wrong, it was missing from its report and from
    /// feeds.
    private mutating func storeAgain(_ row: EntryRow, chain: Hash256?) throws {
        guard let origin = memory.origins[row.place.origin]?.origin else { return }
        let entry = memory.codec.open(row.bytes, at: Dot(origin, row.place.seq))
        try remove(row.place)
        try store([Arrival(entry: entry, place: row.place, chain: chain)])
    }

    /// Marks a corrupt entry, and folds its report without it.
    mutating func quarantine(_ place: Place) throws {
        memory.hot.forgetAll()
        try db.execute(
            sql: "UPDATE entries SET quarantine = ? WHERE place = ?", arguments: [Quarantine.corrupt, place.rowID])
        let number = try Int64.fetchOne(
            db, sql: "SELECT report FROM entries WHERE place = ?", arguments: [place.rowID])
        if let number { try refresh(report: number) }
    }

    fileprivate mutating func scrubReports(after number: Int64, count: Int) throws -> ScrubStep {
        var step = ScrubStep()
        let numbers = try Int64.fetchAll(
            db, sql: "SELECT number FROM reports WHERE number > ? AND NOT pruned ORDER BY number LIMIT ?",
            arguments: [number, count])
        for number in numbers {
            let (entries, isRepaired) = try refresh(report: number)
            step.entries += entries
            if isRepaired { step.repaired += 1 }
            step.next = .reports(after: number)
            if step.entries >= Limits.scrubbedEntries { break }
        }
        return step
    }

    /// Folds a report from its entries, and updates its row if it differs. Returns the number of entries, and whether
    /// the row changed. The row of a pruned report stays: it is all that is left of the report's state.
    @discardableResult
    private mutating func refresh(report number: Int64) throws -> (entries: Int, isRepaired: Bool) {
        let isPruned = try Bool.fetchOne(db, sql: "SELECT pruned FROM reports WHERE number = ?", arguments: [number])
        guard isPruned != true else { return (0, false) }
        let entries = try readEntries(of: number).map(\.entry)
        guard let id = entries.first?.report else {
            // Without a sound entry there is nothing to show, and nothing to compare with other nodes.
            try db.execute(
                sql: "UPDATE reports SET digest = x'', conflict = 0 WHERE number = ? AND length(digest) > 0",
                arguments: [number])
            return (0, db.changesCount > 0)
        }
        if case let found = try self.number(of: id), found != number {
            let kept = try settleNumber(of: id, at: number)
            if kept != number { return (try refresh(report: kept).entries, true) }
        }
        let report = Report(id: id, folding: entries.filter { $0.report == id })
        let before = try Row.fetchOne(db, sql: "SELECT * FROM reports WHERE number = ?", arguments: [number])
        try db.execute(
            sql: "UPDATE reports SET id = ? WHERE number = ? AND id <> ?", arguments: [id.column, number, id.column])
        _ = try save(
            report.overview, digest: entries.count <= Limits.smallReportEntries ? report.digest : nil, as: number)
        let after = try Row.fetchOne(db, sql: "SELECT * FROM reports WHERE number = ?", arguments: [number])
        return (entries.count, after != before)
    }
}
