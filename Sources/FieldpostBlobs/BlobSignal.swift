import FieldpostStore
import Synchronization

/// Tells subscribers that a blob was stored, or was found corrupt.
final class BlobSignal: Sendable {
    private struct State {
        var wakes: [Int: @Sendable () -> Void] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    func subscribe(_ wake: @escaping @Sendable () -> Void) -> GrowthSubscription {
        let number = state.withLock { state in
            state.next += 1
            state.wakes[state.next] = wake
            return state.next
        }
        return GrowthSubscription { [weak self] in self?.remove(number) }
    }

    func notify() {
        for wake in state.withLock({ Array($0.wakes.values) }) { wake() }
    }

    private func remove(_ number: Int) {
        // Released outside of the lock, because that may run code.
        let wake = state.withLock { $0.wakes.removeValue(forKey: number) }
        _ = wake
    }
}
