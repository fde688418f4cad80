package import FieldpostAPI
package import FieldpostCore
package import FieldpostNode
package import FieldpostSync
import Foundation
package import Logging
import Synchronization

/// The links of a gateway: their classes and budgets, and the file that keeps the counts over restarts.
package final class LinkKeeper: LinkControl {
    private struct State {
        var budget: LinkBudget
        var classes: [LinkClass]
        /// The class of connections that no other class names.
        let standard: String
        /// The corrected time minus the running time, in milliseconds. Nil while nobody knows the time.
        var base: Int64?
        var listeners: [UUID: AsyncStream<Void>.Continuation] = [:]
    }

    private let state: Mutex<State>
    private let file: LinkFile
    private let clock: @Sendable () -> Moment
    private let logger: Logger
    /// One element when the file must be written.
    private let writes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Reads the file. A damaged one is logged, and counting begins at 0.
    package init(settings: NodeSettings, clock: @escaping @Sendable () -> Moment, logger: Logger) {
        self.clock = clock
        self.logger = logger
        file = LinkFile(stateDirectory: settings.stateDirectory)
        let record: LinkRecord
        do throws(LinkFile.Failure) {
            record = try file.read() ?? LinkRecord()
        } catch {
            record = LinkRecord()
            logger.warning(
                "the counts of links cannot be read; they begin at 0", metadata: ["reason": "\(error.reason)"])
        }
        let now = LinkTime(runningMilliseconds: clock().monotonicMilliseconds, local: nil)
        let budget = LinkBudget(policies: settings.links.policies, record: record, at: now)
        state = Mutex(State(budget: budget, classes: settings.links, standard: settings.linkClass))
    }

    /// Takes the classes of other settings over. `link_class` stays, because the hello named it.
    package func apply(_ settings: NodeSettings) {
        change { state, _ in
            state.classes = settings.links
            state.budget.apply(settings.links.policies)
        }
    }

    /// The offset of the corrected clock from this machine's wall clock was measured, or is known to be 0. Nil: nobody
    /// knows it. What was known before stays known, because the running time continues it.
    package func learn(offsetMilliseconds: Int64?) {
        guard let offsetMilliseconds else { return }
        let now = clock()
        let (wall, isFar) = now.wallMilliseconds.addingReportingOverflow(offsetMilliseconds)
        let (base, isFarther) = wall.subtractingReportingOverflow(Int64(clamping: now.monotonicMilliseconds))
        guard !isFar, !isFarther else { return }
        let wasUnknown = state.withLock { state in
            defer { state.base = base }
            return state.base == nil
        }
        if wasUnknown { change { _, _ in } }
    }

    // MARK: LinkControl

    package func name(local: String?, peer: String?) -> String {
        let interface = local.flatMap(NetworkInterface.name(of:))
        return state.withLock { $0.classes.name(interface: interface, peer: peer) ?? $0.standard }
    }

    package func permit(for lane: Lane, of name: String) -> LanePermit {
        state.withLock { state in
            let now = now(state)
            return state.budget.permit(for: lane, of: name, at: now)
        }
    }

    package func outlook(of name: String, backlog: PhotoBacklog?) -> LinkOutlook {
        state.withLock { state in
            let now = now(state)
            return Self.outlook(name, &state.budget, now, backlog)
        }
    }

    package func count(_ bytes: Int, of name: String) {
        let mustWrite = state.withLock { state in
            let now = now(state)
            state.budget.count(bytes, of: name, at: now)
            return state.budget.needsRecord
        }
        if mustWrite { writes.continuation.yield() }
    }

    package func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = UUID()
        state.withLock { $0.listeners[id] = continuation }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    // MARK: A person's requests

    /// Photos and thumbnails wait for so many seconds. The file soon says so, too.
    package func pause(seconds: UInt64) {
        change { $0.budget.pause(milliseconds: seconds * 1000, at: $1) }
        writes.continuation.yield()
    }

    package func resume() {
        change { $0.budget.resume(at: $1) }
        writes.continuation.yield()
    }

    /// `backlog`: the photos that wait, and how fast the link carries them. Nil: unknown.
    package func status(backlog: PhotoBacklog?) -> LinksState {
        state.withLock { state in
            let now = now(state)
            state.budget.advance(to: now)
            let links = state.budget.names.map { name in Self.link(name, &state.budget, now, backlog) }
            return LinksState(
                pausedSeconds: state.budget.pauseMilliseconds.map { ($0 + 999) / 1000 },
                isTimeKnown: now.local != nil, links: links)
        }
    }

    private static func link(
        _ name: String, _ budget: inout LinkBudget, _ now: LinkTime, _ backlog: PhotoBacklog?
    ) -> LinkState {
        let outlook = outlook(name, &budget, now, backlog)
        let (policy, spent) = (budget.policy(of: name), budget.spent(by: name))
        var link = LinkState(
            name: name, lanes: policy.lanes.subtracting([.control]).sorted().map { "\($0)" },
            day: .init(bytes: spent.day, limit: policy.dayBytes),
            month: .init(bytes: spent.month, limit: policy.monthBytes),
            photoHours: policy.photoSeconds.map { "\(clockText($0.lowerBound))-\(clockText($0.upperBound))" })
        link.photosWaitFor = outlook.wait?.reason.rawValue
        link.photosWaitSeconds = outlook.wait?.milliseconds.map { ($0 + 999) / 1000 }
        link.photosThroughSeconds = outlook.photosThroughSeconds
        return link
    }

    private static func outlook(
        _ name: String, _ budget: inout LinkBudget, _ now: LinkTime, _ backlog: PhotoBacklog?
    ) -> LinkOutlook {
        var outlook = LinkOutlook(wait: nil)
        if case .wait(let wait) = budget.permit(for: .photos, of: name, at: now) { outlook.wait = wait }
        let (policy, spent) = (budget.policy(of: name), budget.spent(by: name))
        outlook.dayBytesLeft = policy.dayBytes.map { $0 - min($0, spent.day) }
        outlook.monthBytesLeft = policy.monthBytes.map { $0 - min($0, spent.month) }
        if let backlog {
            outlook.photosThroughSeconds = budget.secondsUntilThrough(
                photoBytes: backlog.bytes, bytesPerSecond: backlog.bytesPerSecond, of: name, at: now)
        }
        return outlook
    }

    private static func clockText(_ second: Int) -> String {
        let (hour, minute) = (second / 3600, second / 60 % 60)
        return (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
    }

    // MARK: The file

    /// Writes the file when it must be. Runs until the task is cancelled, and then writes the exact counts.
    package func run() async {
        for await _ in writes.stream {
            do throws(LinkFile.Failure) {
                try write(isLast: false)
            } catch {
                logger.warning("the counts of links cannot be written", metadata: ["reason": "\(error.reason)"])
                // The disk may be full. A crash loses these counts; the next bytes try again.
                try? await Task.sleep(for: .seconds(10))
            }
        }
        try? write(isLast: true)
    }

    private func write(isLast: Bool) throws(LinkFile.Failure) {
        let record = state.withLock { state in
            let now = now(state)
            return isLast ? state.budget.lastRecord(at: now) : state.budget.record(at: now)
        }
        try file.write(record)
    }

    private func change(_ body: (inout State, LinkTime) -> Void) {
        let listeners = state.withLock { state in
            body(&state, now(state))
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.yield() }
    }

    private func now(_ state: borrowing State) -> LinkTime {
        let running = clock().monotonicMilliseconds
        let local = state.base.map { base in
            let time = base &+ Int64(clamping: running)
            return LocalTime(unixMilliseconds: time, offsetSeconds: ZoneOffset.seconds(at: time / 1000))
        }
        return LinkTime(runningMilliseconds: running, local: local)
    }
}

extension [LinkClass] {
    fileprivate var policies: [String: LinkPolicy] {
        Dictionary(map { ($0.name, $0.policy) }, uniquingKeysWith: { first, _ in first })
    }
}
