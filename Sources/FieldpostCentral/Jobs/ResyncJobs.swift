import FieldpostAPI
import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import FieldpostStore
import FieldpostSync
import Logging
import Metrics

/// Carries out resyncs, a few at once, over links that come and go. A job is what an administrator asked for; what it
/// has moved stays, so a job that is interrupted compares again and moves the rest.
actor ResyncJobs {
    private let parts: NodeParts
    private let file: JobFile
    /// By number.
    private(set) var jobs: [Int: ResyncJob] = [:]
    private var running: [Int: Task<Void, Never>] = [:]
    /// When something of a job last changed.
    private var heard: [Int: ContinuousClock.Instant] = [:]
    private var hasChanged = false
    private var isServing = false
    private let moved = Counter(label: MetricName.jobsMoved.rawValue)

    init(_ parts: NodeParts) {
        self.parts = parts
        file = JobFile(stateDirectory: parts.settings.stateDirectory)
        let found = file.load()
        jobs = Dictionary(found.jobs.map { ($0.number, $0) }) { first, _ in first }
        if let problem = found.problem { parts.logger.error("\(problem)") }
    }

    private var now: String { Timestamp.text(parts.clock.moment().wallMilliseconds) ?? "" }

    // MARK: Administration

    /// `state`: only jobs in it.
    func list(_ state: ResyncJob.State? = nil) -> ResyncJobList {
        let found = jobs.values.filter { state == nil || $0.state == state }.sorted { $0.number > $1.number }
        return ResyncJobList(
            jobs: found.map { job in
                var job = job
                job.differences = []
                return job
            })
    }

    func job(_ number: Int) throws(Problem) -> ResyncJob {
        guard let job = jobs[number] else {
            throw Problem(.unknownJob, "There is no job \(number). Nothing was changed. `fieldpost jobs` lists them.")
        }
        return job
    }

    /// Adds a job. Of one gateway and mode, a second one at once is the first.
    func add(gateway: String, node: NodeID, mode: ResyncJob.Mode, rate: Int?, author: String) throws -> ResyncJob {
        let name = node.description
        if let same = jobs.values.first(where: { $0.node == name && $0.mode == mode && !$0.state.isOver }) {
            return same
        }
        var forgotten: Int?
        if jobs.count >= Limits.jobs {
            guard let oldest = jobs.values.filter(\.state.isOver).min(by: { $0.number < $1.number }) else {
                throw Problem(
                    .busy, "\(Limits.jobs) jobs wait already. Nothing was changed. Cancel some, or wait for them.")
            }
            forgotten = oldest.number
        }
        let job = ResyncJob(
            number: (jobs.keys.max() ?? 0) + 1, gateway: gateway, node: name, mode: mode, author: author, created: now,
            rate: rate)
        var changed = jobs
        if let forgotten { changed[forgotten] = nil }
        changed[job.number] = job
        try save(changed)
        wake()
        return job
    }

    /// Pauses, resumes or cancels a job. One that is over stays as it is.
    func set(_ number: Int, _ state: ResyncJob.State) throws -> ResyncJob {
        var job = try job(number)
        guard !job.state.isOver else {
            throw Problem(.jobIsOver, "Job \(number) is over already (\(job.state.rawValue)). Nothing was changed.")
        }
        // Only a paused job can be resumed.
        if state == .waiting, job.state != .paused { return job }
        job.state = state
        job.words = ""
        if state == .cancelled { job.ended = now }
        var changed = jobs
        changed[number] = job
        try save(changed)
        running[number]?.cancel()
        wake()
        return job
    }

    // MARK: Running

    private func wake() { Task { await serve() } }

    /// Serves until it is cancelled.
    func run() async {
        isServing = true
        var saved = ContinuousClock.now
        while !Task.isCancelled {
            await serve()
            giveUpSilent()
            try? await Task.sleep(for: .seconds(1))
            guard hasChanged, ContinuousClock.now - saved >= .seconds(Limits.jobSaveSeconds) else { continue }
            saveOrWarn()
            saved = .now
        }
        isServing = false
        for task in running.values { task.cancel() }
        for task in running.values { await task.value }
        saveOrWarn()
    }

    /// Starts jobs that wait and whose gateway is connected, the oldest first, one of a gateway at a time.
    private func serve() async {
        let waiting = jobs.values.filter { $0.state == .waiting }.map(\.number).sorted()
        for number in waiting where running.count < Limits.runningJobs {
            guard let job = jobs[number], let node = NodeID(hex: job.node) else { continue }
            let session = job.mode == .blobs ? nil : await parts.registry.session(with: node)
            // The wait may have changed something.
            guard isServing, jobs[number]?.state == .waiting, running[number] == nil,
                running.count < Limits.runningJobs, !running.keys.contains(where: { jobs[$0]?.node == job.node })
            else { continue }
            guard session != nil || job.mode == .blobs else {
                let words = "It waits for the gateway's link."
                if job.words != words { update(number) { $0.words = words } }
                continue
            }
            running[number] = Task { [weak self] in
                await self?.perform(number, node, session)
                await self?.ended(number)
            }
        }
    }

    /// A gateway that never answers must not hold back the jobs of others.
    private func giveUpSilent() {
        let end = ContinuousClock.now - .seconds(Limits.jobSilenceSeconds)
        for (number, task) in running where jobs[number]?.state == .running && heard[number].map({ $0 < end }) == true {
            let now = now
            update(number) { job in
                (job.state, job.ended) = (.failed, now)
                job.words = "The gateway did not answer for \(Limits.jobSilenceSeconds / 60) minutes."
            }
            task.cancel()
            Task { await recordEnd(number) }
        }
    }

    private func ended(_ number: Int) {
        running[number] = nil
        // One whose link went waits for the next look, so that a session that is closing is not asked again and again.
        if jobs[number]?.state != .waiting { wake() }
    }

    private func perform(_ number: Int, _ node: NodeID, _ session: Session?) async {
        guard let job = jobs[number], job.state == .waiting else { return }
        let (begun, isFirst) = (now, job.started == nil)
        update(number) { job in
            (job.state, job.words) = (.running, "")
            job.started = job.started ?? begun
        }
        if isFirst {
            await record("Began the resync \(number) (\(job.mode.rawValue)) of \(job.gateway).", number)
        }
        do {
            let work = ResyncWork(
                parts: parts, session: session, node: node, isStill: { await self.isRunning(number) },
                update: { await self.update(number, $0) })
            try await work.perform(jobs[number] ?? job)
            guard isRunning(number) else { return }
            update(number) { $0.state = .finished }
        } catch let error as ResyncInterruption {
            guard isRunning(number) else { return }
            if error == .tooOld {
                update(number) { ($0.state, $0.words) = (.failed, error.description) }
            } else {
                // The link went. The job goes on when it is there again.
                update(number) { ($0.state, $0.words) = (.waiting, "The link went; it goes on when the link is back.") }
                return
            }
        } catch {
            guard isRunning(number) else { return }
            update(number) { ($0.state, $0.words) = (.failed, "\(error)") }
        }
        let end = now
        update(number) { $0.ended = end }
        await recordEnd(number)
        saveOrWarn()
    }

    private func isRunning(_ number: Int) -> Bool { jobs[number]?.state == .running && !Task.isCancelled }

    private func update(_ number: Int, _ change: @Sendable (inout ResyncJob) -> Void) {
        guard var job = jobs[number] else { return }
        let before = job.moved
        change(&job)
        if job.moved > before { moved.increment(by: Int(clamping: job.moved - before)) }
        jobs[number] = job
        heard[number] = .now
        hasChanged = true
    }

    private func recordEnd(_ number: Int) async {
        guard let job = jobs[number] else { return }
        await record(
            "Ended the resync \(number) (\(job.mode.rawValue)) of \(job.gateway): \(job.summary).", number)
    }

    /// An audit event.
    private func record(_ account: String, _ number: Int) async {
        guard let author = jobs[number]?.author else { return }
        try? await parts.journal.record(account, author: author, stamp: parts.clock.stamp())
    }

    /// Writes the jobs, and then takes them. Throws `NodeKeyError` if they cannot be written.
    private func save(_ jobs: [Int: ResyncJob]) throws {
        try file.save(jobs.values.sorted { $0.number < $1.number })
        (self.jobs, hasChanged) = (jobs, false)
        let counts = Dictionary(grouping: jobs.values) { $0.state }.mapValues(\.count)
        for state in ResyncJob.State.allCases {
            Gauge(label: MetricName.jobs.rawValue, dimensions: [("state", state.rawValue)]).record(counts[state] ?? 0)
        }
    }

    private func saveOrWarn() {
        do {
            try save(jobs)
        } catch {
            parts.logger.warning("the jobs cannot be saved", metadata: ["reason": "\(error)"])
        }
    }
}

extension ResyncJob {
    /// What came of it, in a few words.
    var summary: String {
        switch state {
        case .failed: "failed"
        case .finished where mode == .blobs: moved > 0 ? "\(moved) photos were lost" : "all photos are whole"
        case .finished where differing > 0: "\(isTruncated ? "more than " : "")\(differing) differ, \(moved) moved"
        case .finished: moved > 0 ? "equal, \(moved) moved" : "equal"
        default: state.rawValue
        }
    }
}
