import FieldpostCore
import NIOCore
import Synchronization

/// Connections whose peers have not yet proved that they may stay. When there are too many, the oldest is closed. An
/// honest peer needs only milliseconds, so the attack that only holds connections open loses.
final class PendingConnections: Sendable {
    private struct State {
        var next = 0
        /// Ordered by ticket.
        var waiting: [(ticket: Int, channel: any Channel)] = []
    }

    private let state = Mutex(State())

    /// Returns the ticket for `leave`.
    func enter(_ channel: any Channel) -> Int {
        let (ticket, evicted) = state.withLock { state in
            state.next += 1
            state.waiting.append((state.next, channel))
            let evicted = state.waiting.count > Limits.unprovedConnections ? state.waiting.removeFirst() : nil
            return (state.next, evicted?.channel)
        }
        evicted?.close(promise: nil)
        return ticket
    }

    /// May be called again.
    func leave(_ ticket: Int) {
        state.withLock { $0.waiting.removeAll { $0.ticket == ticket } }
    }
}
