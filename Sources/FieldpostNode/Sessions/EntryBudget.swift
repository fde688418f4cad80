import Synchronization

/// Limits how many decoded entries all sessions hold together. A request that does not fit waits, in order of arrival.
package final class EntryBudget: Sendable {
    private struct State {
        var left: Int
        var waiting: [Waiter] = []
        var nextWaiter = 0
    }

    private struct Waiter {
        let number: Int
        let count: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let limit: Int
    private let state: Mutex<State>

    init(_ limit: Int) {
        self.limit = limit
        state = Mutex(State(left: limit))
    }

    /// Returns its count to the budget when it is released.
    package final class Share: Sendable {
        private let entryBudget: EntryBudget
        private let count: Int

        fileprivate init(_ entryBudget: EntryBudget, _ count: Int) {
            self.entryBudget = entryBudget
            self.count = count
        }

        deinit { entryBudget.giveBack(count) }
    }

    /// Waits until there is room. Returns nil if the task is cancelled first. A count beyond the whole budget takes all
    /// of it.
    func share(_ count: Int) async -> Share? {
        let count = min(count, limit)
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let isGranted = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    guard state.waiting.isEmpty, state.left >= count else {
                        state.waiting.append(Waiter(number: number, count: count, continuation: continuation))
                        return nil
                    }
                    state.left -= count
                    return true
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            withdraw(number)
        }
        return isGranted ? Share(self, count) : nil
    }

    private func withdraw(_ number: Int) {
        let (withdrawn, granted) = state.withLock { state in
            let withdrawn = state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
            return (withdrawn, Self.grant(&state))
        }
        withdrawn?.continuation.resume(returning: false)
        for waiter in granted { waiter.continuation.resume(returning: true) }
    }

    private func giveBack(_ count: Int) {
        let granted = state.withLock { state in
            state.left += count
            return Self.grant(&state)
        }
        for waiter in granted { waiter.continuation.resume(returning: true) }
    }

    /// Removes the waiters at the front for which there is room now.
    private static func grant(_ state: inout State) -> [Waiter] {
        var granted: [Waiter] = []
        while let first = state.waiting.first, first.count <= state.left {
            state.left -= first.count
            granted.append(first)
            state.waiting.removeFirst()
        }
        return granted
    }
}
