import FieldpostStore
import Synchronization

/// Tells listeners that something was committed: some of every commit, others only of those that concern them.
final class ChangeSignal: Sendable {
    private typealias Wake = @Sendable () -> Void

    private struct State {
        /// Listeners of every commit.
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var subscribers: [Growth: [Int: Wake]] = [:]
        var next = 0
        var isFinished = false

        mutating func number() -> Int {
            next += 1
            return next
        }
    }

    private let state = Mutex(State())

    /// A signal for every commit. A busy listener gets one signal for many commits.
    func subscribe() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number: Int? = state.withLock { state in
            guard !state.isFinished else { return nil }
            let number = state.number()
            state.listeners[number] = continuation
            return number
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.remove(number) }
        return stream
    }

    /// Calls `wake` for each commit that added to `growth`.
    func subscribe(to growth: Growth, _ wake: @escaping @Sendable () -> Void) -> GrowthSubscription {
        let number = state.withLock { state in
            let number = state.number()
            state.subscribers[growth, default: [:]][number] = wake
            return number
        }
        return GrowthSubscription { [weak self] in self?.remove(number, from: growth) }
    }

    /// Call this after a commit. `grown`: what it added to.
    func notify(_ grown: Set<Growth>) {
        let (listeners, wakes) = state.withLock { state in
            (Array(state.listeners.values), grown.flatMap { state.subscribers[$0].map { Array($0.values) } ?? [] })
        }
        for listener in listeners { listener.yield() }
        for wake in wakes { wake() }
    }

    func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    private func remove(_ number: Int) {
        state.withLock { _ = $0.listeners.removeValue(forKey: number) }
    }

    private func remove(_ number: Int, from growth: Growth) {
        // Released outside of the lock, because that may run code.
        let wake = state.withLock { state -> Wake? in
            let wake = state.subscribers[growth]?.removeValue(forKey: number)
            if state.subscribers[growth]?.isEmpty == true { state.subscribers[growth] = nil }
            return wake
        }
        _ = wake
    }
}
