import CoreMetrics
import FieldpostCore
import FieldpostStore
import Logging

/// The slow pass that checks the whole journal, and all photos and clips.
extension Node {
    /// Checks all again and again, with long rests, and asks peers for corrupt entries. A step of the journal and one
    /// of the photos take turns, so that both together keep to the share of a core. Goes on where the last process
    /// stopped, unless something seems damaged. Throws if the journal's file itself is damaged.
    func scrub() async throws {
        var pace = ScrubPace()
        var start = try await journal.scrubCursor()
        var blobStart = await blobs.scrubCursor()
        while !Task.isCancelled {
            var round = ScrubRound(from: start, start: .start)
            var blobRound = ScrubRound(from: blobStart, start: .start)
            while round.next != nil || blobRound.next != nil {
                try? await journal.keepReserve()
                let begin = ContinuousClock.now
                if let cursor = round.next {
                    guard let step = try await scrub(cursor) else { break }
                    round.take(next: step.next)
                }
                if let cursor = blobRound.next {
                    if let step = await scrubBlobs(cursor) { blobRound.take(next: step.next) } else { blobRound.stop() }
                }
                let rest = pace.rest(after: ContinuousClock.now - begin)
                let isOver = (try? await Task.sleep(for: rest)) == nil
                if isOver || pace.isTimeToKeep() {
                    try? await journal.keep(round.next ?? .start)
                    try? await blobs.keep(blobRound.next ?? .start)
                }
                if isOver { return }
            }
            if round.next == nil { scrubMetrics.rounds.increment() }
            start = round.next ?? .start
            blobStart = blobRound.next ?? .start
            try? await Task.sleep(for: .seconds(Limits.scrubPauseSeconds))
        }
    }

    /// Does one step. Returns nil if the disk is too full to repair anything now.
    private func scrub(_ cursor: ScrubCursor) async throws -> ScrubStep? {
        do throws(JournalError) {
            let step = try await journal.scrub(cursor, bytes: Limits.scrubStepBytes)
            scrubMetrics.bytes.increment(by: step.bytes)
            scrubMetrics.repaired.increment(by: step.repaired)
            Self.tell(step.doubts, logger)
            if step.repaired > 0 {
                logger.warning("repaired corrupt rows", metadata: ["rows": "\(step.repaired)"])
            }
            if step.corrupt > 0 {
                logger.error("found corrupt entries; asking peers for them", metadata: ["entries": "\(step.corrupt)"])
                try await fetchMissing()
            }
            return step
        } catch {
            guard error == .full else { throw error }
            return nil
        }
    }
}

/// What a node measures of its scrub of the journal.
struct ScrubMetrics: Sendable {
    let rounds = Counter(label: MetricName.scrubRounds.rawValue)
    let bytes = Counter(label: MetricName.scrubBytes.rawValue)
    let repaired = Counter(label: MetricName.scrubRepaired.rawValue)
}

/// How long a scrub rests after each step.
struct ScrubPace {
    private var worked = Duration.zero
    private var kept = ContinuousClock.now

    /// `work`: how long the step took.
    mutating func rest(after work: Duration) -> Duration {
        worked += work
        let least = Duration.milliseconds(Limits.scrubLeastRest)
        return worked < .milliseconds(Limits.scrubBurst) ? least : max(least, work * Limits.scrubRestFactor)
    }

    /// Whether to store now how far the scrub has come.
    mutating func isTimeToKeep() -> Bool {
        guard ContinuousClock.now - kept >= .seconds(Limits.scrubKeepSeconds) else { return false }
        kept = .now
        return true
    }
}
