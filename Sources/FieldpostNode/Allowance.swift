import Synchronization

/// Bounds how many entries all sessions together hold decoded: who wants more waits, first come, first served.
final class Allowance: Sendable {
    private struct State {
        var left: Int
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let limit: Int
    private let state: Mutex<State>

    init(_ limit: Int) {
        self.limit = limit
        state = Mutex(State(left: limit))
    }

    /// Gives the count back when it is let go.
    final class Share: Sendable {
        private let allowance: Allowance
        private let count: Int

        fileprivate init(_ allowance: Allowance, _ count: Int) {
            self.allowance = allowance
            self.count = count
        }

        deinit { allowance.giveBack(count) }
    }

    /// Waits until there is room. A count beyond the whole allowance takes all of it.
    func share(_ count: Int) async -> Share {
        let count = min(count, limit)
        await withCheckedContinuation { continuation in
            let isGranted = state.withLock { state in
                guard state.waiting.isEmpty, state.left >= count else {
                    state.waiting.append((count, continuation))
                    return false
                }
                state.left -= count
                return true
            }
            if isGranted { continuation.resume() }
        }
        return Share(self, count)
    }

    private func giveBack(_ count: Int) {
        let granted = state.withLock { state in
            state.left += count
            var granted: [CheckedContinuation<Void, Never>] = []
            while let first = state.waiting.first, first.count <= state.left {
                state.left -= first.count
                granted.append(first.continuation)
                state.waiting.removeFirst()
            }
            return granted
        }
        for continuation in granted { continuation.resume() }
    }
}
