import FieldpostCore
import FieldpostNode
import Synchronization

/// Counts the requests that wait for something: all of a listener, and of each caller.
final class RequestWaits: Sendable {
    private struct State {
        var sum = 0
        var byCaller: [Caller: Int] = [:]
    }

    private let state = Mutex(State())
    private let all: Int
    private let ofCaller: Int

    init(all: Int, ofCaller: Int) { (self.all, self.ofCaller) = (all, ofCaller) }

    /// Whether one more may wait. If so, call `leave` after it.
    func enter(_ caller: Caller) -> Bool {
        state.withLock { state in
            // Everybody is the same caller where the API is open.
            let most = caller == .trusted ? all : ofCaller
            guard state.sum < all, state.byCaller[caller, default: 0] < most else { return false }
            state.sum += 1
            state.byCaller[caller, default: 0] += 1
            return true
        }
    }

    func leave(_ caller: Caller) {
        state.withLock { state in
            state.sum -= 1
            let left = (state.byCaller[caller] ?? 1) - 1
            state.byCaller[caller] = left > 0 ? left : nil
        }
    }
}
