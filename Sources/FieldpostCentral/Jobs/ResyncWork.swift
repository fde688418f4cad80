import FieldpostAPI
import FieldpostCore
import FieldpostNode
import FieldpostStore
import FieldpostSync

/// What one job does, from its start to its end, in one session.
struct ResyncWork: Sendable {
    let parts: NodeParts
    /// Nil for work at central alone.
    let session: Session?
    /// The gateway.
    let node: NodeID
    /// False once the job was paused or cancelled.
    let isStill: @Sendable () async -> Bool
    let update: @Sendable (@escaping @Sendable (inout ResyncJob) -> Void) async -> Void

    /// Throws `ResyncInterruption` if the link goes.
    func perform(_ job: ResyncJob) async throws {
        switch job.mode {
        case .verify, .deep: try await name(try await settled(isDeep: job.mode == .deep))
        case .repair, .rebuild: try await repair(rate: job.rate)
        case .full: try await pullAll()
        case .blobs: try await readPhotos(rate: job.rate)
        }
    }

    private func compare(isDeep: Bool) async throws -> ComparisonProgress {
        guard let session else { throw ResyncInterruption.ended("there is no session") }
        var last = ComparisonProgress(isDeep ? .deepComparison : .comparison)
        for try await progress in await session.compare(isDeep: isDeep) {
            last = progress
            await update { job in
                (job.phase, job.done, job.total) = (progress.phase.rawValue, progress.done, progress.total)
                job.comparedBytes = progress.wireBytes
            }
            guard await isStill() else { break }
        }
        // The stream also ends, without an error, when the job is stopped. What reads everything must not go on then.
        guard await isStill() else {
            if isDeep { await session.leave("a comparison was stopped; the gateway connects again") }
            throw CancellationError()
        }
        guard last.isFinished else { throw ResyncInterruption.ended("the comparison ended early") }
        return last
    }

    /// Compares until nothing that is merely on its way counts as different. Entries are compared as far as central
    /// holds them, so they differ or not; only states of reports may be on their way.
    private func settled(isDeep: Bool) async throws -> ComparisonProgress {
        var found = try await compare(isDeep: isDeep)
        let repaired = found.differences.filter { if case .repaired = $0 { true } else { false } }
        for _ in 1..<Limits.jobComparisons where found.differences.contains(where: { $0.report != nil }) {
            try await Task.sleep(for: .milliseconds(Limits.jobSettleMilliseconds))
            var again = try await compare(isDeep: false)
            let before = Set(found.differences.compactMap(\.report))
            // A report that only differs now is on its way. Where lists are cut, or entries differ, all counts.
            if !again.isTruncated, !found.isTruncated {
                again.differences.removeAll { $0.report.map { !before.contains($0) } ?? false }
            }
            found = again
            found.differences += repaired
        }
        return found
    }

    /// Keeps what was found, and what a repair of it would cost.
    private func name(_ found: ComparisonProgress) async throws {
        let open = found.differences.filter { if case .repaired = $0 { false } else { true } }
        let bytes = open.isEmpty ? 0 : UInt64(open.count) * (try await meanBytes())
        let rate = await session?.bytesPerSecond
        await update { job in
            job.differences = found.differences.prefix(Limits.jobDifferences).map(ResyncJob.Difference.init)
            (job.differing, job.isTruncated) = (UInt64(open.count), found.isTruncated)
            (job.repairBytes, job.repairSeconds) = (nil, nil)
            guard !open.isEmpty else { return }
            job.repairBytes = bytes
            if let rate, rate > 0 { job.repairSeconds = (bytes + UInt64(rate) - 1) / UInt64(rate) }
        }
    }

    /// Of an entry of the gateway: by some of its last ones, or its first ones where these lack. Where central holds
    /// neither, by the size of the journal.
    private func meanBytes() async throws -> UInt64 {
        let statistics = try await parts.journal.statistics()
        let own = statistics.origins.map(\.head).filter { $0.origin.node == node }.max { $0.seq < $1.seq }
        if let own {
            let sample = UInt64(Limits.jobRepairStep)
            for start in own.seq > sample ? [own.seq - sample, 0] : [0] {
                let run = try? await parts.journal.run(
                    of: own.origin, after: start, limit: RunLimit(entries: Limits.jobRepairStep))
                guard let run, !run.entries.isEmpty else { continue }
                let bytes = run.entries.reduce(0) { sum, entry in
                    if case .bytes(let bytes) = entry { sum + bytes.count } else { sum + Hash256.byteCount }
                }
                return max(1, UInt64(bytes / run.entries.count))
            }
        }
        let entries = max(1, statistics.origins.reduce(0) { $0 + $1.head.seq })
        return max(1, UInt64(statistics.fileBytes) / entries)
    }

    private func repair(rate: Int?) async throws {
        guard let session else { throw ResyncInterruption.ended("there is no session") }
        var found = try await settled(isDeep: false)
        let mean = found.differences.isEmpty ? 1 : try await meanBytes()
        let step = await step(of: mean, rate)
        // A gateway that lost its journal lacks more than one comparison names. So it goes on while there is less left.
        var (idle, former) = (0, Set<Difference>())
        while idle < Limits.jobRepairs {
            let movable = found.differences.filter(\.canBeMoved)
            try await name(found)
            guard !movable.isEmpty else { break }
            let isLess = former.isEmpty || !former.isSubset(of: movable)
            idle = isLess ? 0 : idle + 1
            former = Set(movable)
            var start = 0
            while start < movable.count {
                let some = Array(movable[start...].prefix(step))
                let done = UInt64(start)
                await update { ($0.phase, $0.done, $0.total) = ("moving", done, UInt64(movable.count)) }
                for try await _ in await session.repair(some) {}
                guard await isStill() else { throw CancellationError() }
                await update { $0.moved += UInt64(some.count) }
                start += some.count
                try await rest(after: UInt64(some.count) * mean, rate)
            }
            found = try await settled(isDeep: false)
        }
        try await name(found)
    }

    /// How many differences to move at once. A step takes seconds on any link, so that a slow one is not taken for a
    /// gateway that never answers.
    private func step(of mean: UInt64, _ rate: Int?) async -> Int {
        let pace = min(rate ?? .max, await session?.bytesPerSecond ?? .max)
        let entries = (pace / Int(clamping: mean)).multipliedReportingOverflow(by: Limits.jobStepSeconds)
        return entries.overflow ? Limits.jobRepairStep : min(max(entries.partialValue, 1), Limits.jobRepairStep)
    }

    /// Waits until a rate is kept, and says meanwhile that the job is alive.
    private func rest(after bytes: UInt64, _ rate: Int?) async throws {
        guard let rate else { return }
        let end = ContinuousClock.now + .milliseconds(Int64(clamping: bytes) * 1000 / Int64(rate))
        while ContinuousClock.now < end {
            try await Task.sleep(for: min(end - .now, .seconds(Limits.jobStepSeconds)))
            await update { _ in }
        }
    }

    /// A pull of everything cannot be stopped within a session, so a pause ends the session. What came stays. A stream
    /// also ends, without an error, when the job is stopped.
    private func pullAll() async throws {
        guard let session else { throw ResyncInterruption.ended("there is no session") }
        for try await state in await session.resync() {
            await update { job in
                (job.phase, job.done, job.total, job.moved) = ("entries", state.done, state.total, state.added)
            }
            guard await isStill() else { break }
        }
        guard await isStill() else {
            await session.leave("a resync was stopped; the gateway connects again")
            throw CancellationError()
        }
    }

    /// Looks for files of photos that are gone, reads all that are there, and asks the gateway for what is lost.
    private func readPhotos(rate: Int?) async throws {
        await update { ($0.moved, $0.differences) = (0, []) }
        try await findGone()
        let total = await parts.blobs.statistics().bytes
        var cursor: BlobScrubCursor? = .start
        var done: UInt64 = 0
        while let place = cursor {
            let step = try await parts.blobs.scrub(place, bytes: Limits.scrubStepBytes)
            done += UInt64(step.bytes)
            let count = done
            await update { ($0.phase, $0.done, $0.total) = ("photos", count, max(total, count)) }
            await name(lost: step.lost, as: "photo")
            guard await isStill() else { throw CancellationError() }
            try await rest(after: UInt64(step.bytes), rate)
            cursor = step.next
        }
    }

    /// Photos of the gateway that the journal says are here, and whose files are gone: they count as missing from now
    /// on. Each session searches what is missing when it begins; one that runs is told.
    private func findGone() async throws {
        let own = parts.journal.origin.incarnation
        try await parts.journal.meet(own)
        var (place, hasGone): (Int64?, Bool) = (0, false)
        while let after = place {
            let held = try await parts.journal.holding(namedBy: node, after: after, limit: Limits.searchedBlobs)
            var gone: [NamedBlob] = []
            for blob in held.blobs where try await parts.blobs.size(of: blob.hash) == nil { gone.append(blob) }
            try await parts.journal.record(gone, areHeld: false, by: own)
            await name(lost: gone.map(\.hash), as: "file")
            hasGone = hasGone || !gone.isEmpty
            guard await isStill() else { throw CancellationError() }
            place = held.next
        }
        if hasGone { await parts.registry.session(with: node)?.wantMissing() }
    }

    private func name(lost: [Hash256], as kind: String) async {
        guard !lost.isEmpty else { return }
        await update { job in
            job.moved += UInt64(lost.count)
            job.differences += lost.map { ResyncJob.Difference(kind: kind, id: $0.hex, side: "central") }
                .prefix(max(0, Limits.jobDifferences - job.differences.count))
        }
    }
}

extension Difference {
    /// The report whose state differs.
    fileprivate var report: ReportID? { if case .report(let report, _) = self { report } else { nil } }

    /// Whether one side holds what the other lacks.
    fileprivate var canBeMoved: Bool {
        switch self {
        case .entry(_, let side): side == .central || side == .gateway
        case .report: true
        case .repaired: false
        }
    }
}

extension ResyncJob.Difference {
    fileprivate init(_ difference: Difference) {
        switch difference {
        case .entry(let dot, let side): self.init(kind: "entry", id: dot.description, side: side.rawValue)
        case .report(let report, let side): self.init(kind: "report", id: report.description, side: side.rawValue)
        case .repaired(let report, let side): self.init(kind: "row", id: report.description, side: side.rawValue)
        }
    }
}
