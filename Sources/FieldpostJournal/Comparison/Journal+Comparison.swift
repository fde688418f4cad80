import CoreMetrics
package import FieldpostCore
package import FieldpostStore
import GRDB

extension Journal {
    package func compared(
        _ question: Compare, scope gateway: NodeID? = nil
    ) async throws(JournalError) -> Compared {
        switch question.subject {
        case .entries(let origin): try await entryDigests(question, of: origin)
        case .slots: try await slotDigests(question, scope: gateway)
        case .reports: try await reports(question, scope: gateway)
        case .rows: try await checkRows(after: question.ranges[0].lowerBound, scope: gateway)
        case .lacking: Compared()
        }
    }

    package func feedAgain(_ reports: [ReportID], to gateway: NodeID) async throws(JournalError) {
        for start in stride(from: 0, to: reports.count, by: Limits.backfillRows) {
            let some = reports[start...].prefix(Limits.backfillRows)
            try await queue.write { context in
                var scope = try GatewayScope(context.db, of: gateway)
                guard let directory = context.memory.gateways[gateway] else { return }
                for report in some {
                    guard let number = try context.number(of: report), try scope.includes(report: number, context.db)
                    else { continue }
                    // Its own entries were compared by themselves.
                    try context.enqueueAll(of: number, before: directory, except: gateway)
                }
            }
        }
    }

    // MARK: Entries

    /// Reads in steps, so that no read holds back the log for long.
    private func entryDigests(_ question: Compare, of origin: Origin) async throws(JournalError) -> Compared {
        if question.isDeep { try await readAgain(question.ranges, of: origin) }
        let parts = question.parts
        let step = max(1, Int(Limits.deepSeqs / question.partSize))
        var digests: [UInt64] = []
        for start in stride(from: 0, to: parts.count, by: step) {
            let some = Array(parts[start...].prefix(step))
            let found = try await read { [role] db in
                var reader = try EntryDigests(db, of: try db.originRow(origin)?.number, at: role)
                let digests = try some.map { try reader.digest(of: $0, size: question.partSize) }
                return (digests, reader.computed)
            }
            digests += found.0
            if !found.1.digests.isEmpty { try await queue.write { try $0.keep(found.1) } }
        }
        return Compared(digests: digests)
    }

    /// Reads all bytes of entries again, and marks those that are corrupt.
    private func readAgain(_ ranges: [ClosedRange<UInt64>], of origin: Origin) async throws(JournalError) {
        let number = try await read { db in try db.originRow(origin)?.number }
        guard let number else { return }
        for range in ranges {
            let end = Place(origin: number, seq: range.upperBound).rowID
            var place = Place(origin: number, seq: max(range.lowerBound, 1) - 1).rowID
            while place < end {
                let start = place
                let found = try await read { [codec, queue] db in
                    try RowCheck(db, codec: codec, reportIndex: queue.reportIndex).entries(
                        after: start, upTo: end, bytes: Limits.scrubStepBytes)
                }
                if !found.isClean {
                    let corrupt = try await queue.write { context in
                        try context.repairEntries(after: start, upTo: found.last).corrupt
                    }
                    metrics.corrupt.increment(by: corrupt)
                }
                guard !found.isLast else { break }
                place = found.last
            }
            // Rows that vanished with a damaged page fired no trigger.
            try await queue.write { context in
                try context.db.execute(
                    sql: "DELETE FROM entry_digests WHERE place >= ? AND place <= ?",
                    arguments: [Place(origin: number, seq: range.lowerBound).rowID, end])
            }
        }
    }

    // MARK: Reports

    private func slotDigests(_ question: Compare, scope gateway: NodeID?) async throws(JournalError) -> Compared {
        // The first question of a comparison reads all anew. Those that descend see the same state.
        let isFirst = question.size == Compare.slots
        let kept = isFirst ? nil : slotSums.find(of: gateway)
        let sums = if let kept { kept } else { try await readSlots(scope: gateway) }
        return Compared(
            digests: question.parts.map { part in part.reduce(0) { $0 ^ sums[Int($1)] } })
    }

    /// The digests of all reports, combined by slots.
    private func readSlots(scope gateway: NodeID?) async throws(JournalError) -> [UInt64] {
        var sums = [UInt64](repeating: 0, count: Int(Compare.slots))
        var after: Int64? = 0
        while let number = after {
            let (some, next) = try await read { [codec] db in
                var some: [(UInt64, UInt64)] = []
                var digests = try ReportDigests(db, scope: gateway, codec: codec)
                let next = try digests.walk(after: number, limit: Int(Limits.deepSeqs)) { report, digest in
                    some.append((Compare.slot(of: report), digest))
                }
                return (some, next)
            }
            for (slot, digest) in some { sums[Int(slot)] ^= digest }
            after = next
        }
        slotSums.keep(sums, of: gateway)
        return sums
    }

    private func reports(_ question: Compare, scope gateway: NodeID?) async throws(JournalError) -> Compared {
        let wanted = Set(question.ranges.flatMap { Array($0) })
        var found: [Compared.Mark] = []
        var after: Int64? = 0
        while let number = after {
            let (some, next) = try await read { [codec] db in
                var some: [Compared.Mark] = []
                var digests = try ReportDigests(db, scope: gateway, codec: codec)
                let next = try digests.walk(after: number, limit: Int(Limits.deepSeqs)) { report, digest in
                    if wanted.contains(Compare.slot(of: report)) {
                        some.append(Compared.Mark(report: report, digest: digest))
                    }
                }
                return (some, next)
            }
            found += some
            after = next
        }
        slotSums.forget(gateway)
        var answer = Compared()
        answer.reports = Array(found.sorted { $0.report < $1.report }.prefix(Limits.comparedReports))
        answer.isCut = found.count > answer.reports.count
        return answer
    }

    /// Folds reports again, and repairs the rows that say something else.
    private func checkRows(after number: UInt64, scope gateway: NodeID?) async throws(JournalError) -> Compared {
        let (next, differing) = try await read { [codec, queue] db in
            let check = RowCheck(db, codec: codec, reportIndex: queue.reportIndex)
            var scope = try gateway.map { try GatewayScope(db, of: $0) }
            var differing: [(Int64, ReportID?)] = []
            let numbers = try check.reports(after: Int64(clamping: number), count: Limits.comparedRows)
            for number in numbers where try scope?.includes(report: number, db) != false {
                guard let found = try check.report(number), !found.isRight else { continue }
                differing.append((number, found.report?.id))
            }
            return (numbers.count < Limits.comparedRows ? nil : numbers.last, differing)
        }
        var answer = Compared()
        for (number, report) in differing where try await queue.write({ try $0.refresh(report: number) }) {
            if let report, answer.repaired.count < Limits.repairedReports { answer.repaired.append(report) }
        }
        answer.next = next.map { UInt64($0) }
        return answer
    }
}
