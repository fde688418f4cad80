import Synchronization

/// A wait of one task that others can end early.
final class Pause: Sendable {
    private struct State {
        var sleeper: Task<Void, Never>?
        var isRung = false
    }

    private let state = Mutex(State())

    /// Ends the present wait, or the next one.
    func end() {
        let sleeper = state.withLock { state -> Task<Void, Never>? in
            state.isRung = true
            return state.sleeper
        }
        sleeper?.cancel()
    }

    /// Drops what `end` asked since the last wait.
    func forget() { state.withLock { $0.isRung = false } }

    /// Returns true if `end` was called. Also returns early if the task is cancelled.
    func wait(milliseconds: UInt64) async -> Bool {
        let sleeper = state.withLock { state -> Task<Void, Never>? in
            guard !state.isRung else { return nil }
            let sleeper = Task { () -> Void in _ = try? await Task.sleep(for: .milliseconds(milliseconds)) }
            state.sleeper = sleeper
            return sleeper
        }
        if let sleeper {
            await withTaskCancellationHandler {
                await sleeper.value
            } onCancel: {
                sleeper.cancel()
            }
        }
        return state.withLock { state in
            defer { state = State() }
            return state.isRung
        }
    }
}
