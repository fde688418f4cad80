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
    /// A reader does the checks, so intake does not wait for them. The writer only repairs what differs, which is
    /// usually nothing.
    ///
    /// Throws `.damaged` if the structure of the file is broken.
    package func scrub(
        _ cursor: ScrubCursor, bytes: Int = Limits.scrubStepBytes
    ) async throws(JournalError) -> ScrubStep {
        switch cursor {
        case .structure: try await checkStructure()
        case .table(let name): try await checkTable(name)
        case .entries(let place): try await checkEntries(after: place, bytes: bytes)
        case .reports(let number): try await checkReports(after: number, count: max(bytes / 1024, 1))
        }
    }

    /// Where the last process stopped to scrub, if it ended well and nothing seems damaged. Then the structure is
    /// checked when its turn comes. Otherwise the start, so that the structure comes first.
    package func scrubCursor() async throws(JournalError) -> ScrubCursor {
        guard doubts.isEmpty, !wasLeftHeld else { return .start }
        return try await read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT phase, after FROM scrub"),
                let after = row.integer("after")
            else { return .entries(after: 0) }
            return switch row.text("phase") {
            case "entries": .entries(after: after)
            case "reports": .reports(after: after)
            default: .start
            }
        }
    }

    /// Stores where the next process goes on. This costs one commit.
    package func keep(_ cursor: ScrubCursor) async throws(JournalError) {
        let (phase, after): (String, Int64) =
            switch cursor {
            case .structure, .table: ("structure", 0)
            case .entries(let place): ("entries", place)
            case .reports(let number): ("reports", number)
            }
        try await queue.write { context in
            try context.db.execute(
                sql: "INSERT OR REPLACE INTO scrub (only, phase, after) VALUES (1, ?, ?)", arguments: [phase, after])
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

    // MARK: Steps

    private func checkEntries(after place: Int64, bytes: Int) async throws(JournalError) -> ScrubStep {
        let found = try await read { [codec, queue] db in
            try RowCheck(db, codec: codec, reportIndex: queue.reportIndex).entries(after: place, bytes: bytes)
        }
        var step = ScrubStep()
        (step.entries, step.bytes) = (found.entries, found.bytes)
        step.next = found.isLast ? .reports(after: 0) : .entries(after: found.last)
        guard !found.isClean else { return step }
        (step.corrupt, step.repaired) = try await queue.write { context in
            try context.repairEntries(after: place, upTo: found.last)
        }
        metrics.corrupt.increment(by: step.corrupt)
        return step
    }

    private func checkReports(after number: Int64, count: Int) async throws(JournalError) -> ScrubStep {
        let (found, differing) = try await read { [codec, queue] db in
            let check = RowCheck(db, codec: codec, reportIndex: queue.reportIndex)
            var step = ScrubStep()
            var differing: [Int64] = []
            for number in try check.reports(after: number, count: count) {
                let report = try check.report(number)
                if report?.isRight == false { differing.append(number) }
                step.entries += report?.entries ?? 0
                step.next = .reports(after: number)
                if step.entries >= Limits.scrubbedEntries { break }
            }
            return (step, differing)
        }
        var step = found
        for number in differing where try await queue.write({ try $0.refresh(report: number) }) { step.repaired += 1 }
        return step
    }
}
