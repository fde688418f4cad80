import FieldpostCore
import FieldpostSession
package import FieldpostSync

/// At central: resyncs, comparisons and repairs of what both sides hold, for whoever watches them. Their streams end
/// with a progress that is finished, or throw `ResyncInterruption`.
extension Session {
    /// Pulls this gateway's journal again from its start. A second resync in the same session watches the first.
    package func resync() -> AsyncThrowingStream<ResyncProgress, any Error> {
        let stream = resyncWatchers.add(refusing: driver.isClosed ? .closing : nil)
        if !driver.isClosed { handle(.resync) }
        return stream
    }

    /// Compares what both sides hold. `isDeep`: both read every byte and fold every report again, and repair what
    /// follows from entries; corrupt entries are marked. A second comparison in the same session watches the first.
    package func compare(isDeep: Bool) -> AsyncThrowingStream<ComparisonProgress, any Error> {
        watch(isDeep ? .deepComparison : .comparison, .compare(isDeep: isDeep))
    }

    /// Moves what differs, both ways; adds only. It is finished when all is asked for and answered. Compare again to
    /// see that both agree.
    package func repair(_ differences: [Difference]) -> AsyncThrowingStream<ComparisonProgress, any Error> {
        watch(.repair, .repair(differences))
    }

    private func watch(
        _ kind: ComparisonProgress.Kind, _ event: SessionEvent
    ) -> AsyncThrowingStream<ComparisonProgress, any Error> {
        let refusal: ResyncInterruption? = driver.isClosed ? .closing : peer?.compares == true ? nil : .tooOld
        let stream = comparisonWatchers[kind, default: Watchers()].add(refusing: refusal)
        if refusal == nil { handle(event) }
        return stream
    }

    func report(_ progress: ResyncProgress) { resyncWatchers.report(progress, isLast: progress.isFinished) }

    func report(_ progress: ComparisonProgress) {
        comparisonWatchers[progress.kind]?.report(progress, isLast: progress.isFinished)
    }

    /// The session is over.
    func endWatches() {
        let cut = ResyncInterruption.ended(ending ?? "the session was closed")
        resyncWatchers.end(cut)
        for kind in comparisonWatchers.keys { comparisonWatchers[kind]?.end(cut) }
    }
}

/// Why a resync, a comparison or a repair ended early. What was added stays.
package enum ResyncInterruption: Error, Hashable, Sendable, CustomStringConvertible {
    /// With the session, for that reason.
    case ended(String)
    /// The gateway's program does not know comparisons.
    case tooOld

    static let closing = ResyncInterruption.ended("the session was closing")

    package var description: String {
        switch self {
        case .ended(let reason): "The session ended first (\(reason)). What was added stays."
        case .tooOld:
            "The gateway's version of Fieldpost cannot compare journals. Nothing was changed. Upgrade the gateway, "
                + "or run a full resync."
        }
    }
}

/// Those who watch something that a session does.
struct Watchers<Progress: Sendable> {
    private var streams: [AsyncThrowingStream<Progress, any Error>.Continuation] = []

    /// A new one. It gets the newest progress only, or at once why there is none.
    mutating func add(refusing refusal: ResyncInterruption?) -> AsyncThrowingStream<Progress, any Error> {
        let (stream, continuation) = AsyncThrowingStream<Progress, any Error>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        if let refusal { continuation.finish(throwing: refusal) } else { streams.append(continuation) }
        return stream
    }

    mutating func report(_ progress: Progress, isLast: Bool) {
        for stream in streams {
            stream.yield(progress)
            if isLast { stream.finish() }
        }
        if isLast { streams = [] }
    }

    mutating func end(_ interruption: ResyncInterruption) {
        for stream in streams { stream.finish(throwing: interruption) }
        streams = []
    }
}
