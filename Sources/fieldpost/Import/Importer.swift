import FieldpostClient
import FieldpostCore

/// Sends the reports of a source to gateways, several in parallel, and retries after transient errors.
struct Importer: Sendable {
    /// One for each gateway.
    let clients: [FieldpostClient]
    let split: ReportSplit
    /// The number of parallel requests.
    let concurrency: Int
    /// Attempts for one report before the import gives up: about five minutes with an unreachable gateway.
    var attempts = 40
    var backoff: @Sendable (_ attempt: Int) async throws -> Void = Importer.pause
    /// Called before a request is sent again. It may be called from any task.
    var onRetry: @Sendable (ClientError) -> Void = { _ in }

    enum Event: Sendable {
        case advanced(done: Int)
        /// A row that was not imported, and the reason for people.
        case rejected(line: Int, reason: String)
    }

    private enum Outcome: Sendable {
        case accepted(FieldpostClient.Created, retries: Int)
        case refused(line: Int, reason: String, retries: Int)
        /// The import cannot continue: the gateway is unreachable, or the task was cancelled.
        case abandoned(ClientError, retries: Int)

        /// Whether the fate of the report is known.
        var isSettled: Bool { if case .abandoned = self { false } else { true } }
    }

    /// Never throws: the summary reports errors. Cancelling the task stops the import; accepted reports stay.
    func run(_ source: ReportSource, onEvent: (Event) -> Void) async -> ImportSummary {
        var summary = ImportSummary(rows: source.count)
        let clock = ContinuousClock()
        let start = clock.now
        await withTaskGroup(of: Outcome.self) { group in
            let rows = source.makeIterator()
            var underWay = 0
            var done = 0
            while summary.failure == nil, !summary.isStopped, !Task.isCancelled, let row = rows.next() {
                switch row {
                case .refused(let line, let reason):
                    summary.malformed += 1
                    done += 1
                    onEvent(.rejected(line: line, reason: reason))
                case .repeated:
                    summary.repeated += 1
                    done += 1
                case .report(let report):
                    let client = clients[split.gateway(of: report)]
                    group.addTask { await send(report, to: client) }
                    underWay += 1
                }
                while underWay >= concurrency, let outcome = await group.next() {
                    underWay -= 1
                    done += outcome.isSettled ? 1 : 0
                    note(outcome, in: &summary, onEvent)
                }
                onEvent(.advanced(done: done))
            }
            if summary.failure != nil { group.cancelAll() }
            for await outcome in group {
                done += outcome.isSettled ? 1 : 0
                note(outcome, in: &summary, onEvent)
                onEvent(.advanced(done: done))
            }
        }
        summary.isStopped =
            summary.isStopped || (Task.isCancelled && summary.accepted + unsent(summary) < summary.rows)
        let elapsed = clock.now - start
        summary.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        return summary
    }

    private func unsent(_ summary: ImportSummary) -> Int { summary.malformed + summary.refused + summary.repeated }

    private func note(_ outcome: Outcome, in summary: inout ImportSummary, _ onEvent: (Event) -> Void) {
        switch outcome {
        case .accepted(let created, let retries):
            summary.accepted += 1
            summary.alreadyThere += created.wasThere ? 1 : 0
            summary.setAside += created.isSetAside ? 1 : 0
            summary.retries += retries
        case .refused(let line, let reason, let retries):
            summary.refused += 1
            summary.retries += retries
            onEvent(.rejected(line: line, reason: reason))
        case .abandoned(let error, let retries):
            summary.retries += retries
            if error == .cancelled {
                summary.isStopped = true
            } else if summary.failure == nil {
                summary.failure = error.description
            }
        }
    }

    /// Every attempt has the same id and key, so an attempt whose answer was lost is not duplicated by the next one.
    private func send(_ report: ReportInput, to client: FieldpostClient) async -> Outcome {
        var attempt = 0
        while true {
            let failure: ClientError
            do throws(ClientError) {
                return .accepted(try await client.create(report), retries: attempt)
            } catch {
                guard error.isTransient else {
                    if case .refused(_, let problem) = error {
                        return .refused(line: report.line, reason: problem.reason(for: report), retries: attempt)
                    }
                    return .abandoned(error, retries: attempt)
                }
                attempt += 1
                guard attempt < attempts else { return .abandoned(error, retries: attempt) }
                failure = error
            }
            do {
                onRetry(failure)
                try await backoff(attempt)
            } catch {
                return .abandoned(.cancelled, retries: attempt)
            }
        }
    }

    /// Full jitter below a ceiling that doubles from 200 ms to 10 s.
    @Sendable private static func pause(attempt: Int) async throws {
        let ceiling = min(10_000, 100 << min(attempt, 10))
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...ceiling)))
    }
}
