import Foundation
import Synchronization

/// Ends the program when worlds stop finishing: a world that waits for a missing answer would hang forever.
final class Watchdog: Sendable {
    /// Seconds of real time without the end of a world. Most worlds take a fifth of a second.
    private static let patience = 300

    private struct State {
        var last: UInt64
        var ticks = 0
    }

    private let state: Mutex<State>

    init(first: UInt64) {
        state = Mutex(State(last: first))
        Thread.detachNewThread { [weak self] in
            while self?.tick() != nil { sleep(1) }
        }
    }

    func ended(_ seed: UInt64) { state.withLock { $0 = State(last: seed) } }

    private func tick() {
        let last: UInt64? = state.withLock { state in
            state.ticks += 1
            return state.ticks > Self.patience ? state.last : nil
        }
        guard let last else { return }
        Output.write("HUNG: no world ended for \(Self.patience) s; the last one that ended had seed \(last)\n")
        exit(2)
    }
}
