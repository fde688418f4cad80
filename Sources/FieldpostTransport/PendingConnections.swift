import FieldpostCore
import NIOCore
import Synchronization

/// The connections that a listener holds: sessions, and connections whose peers have not yet proved that they may stay.
///
/// Too many of the latter close the oldest of them, first of those that have sent nothing. An honest peer speaks at
/// once, so the attack that only holds connections open loses. A fresh connection is not counted as silent: the node
/// may not have read yet what it sent. After a power cut, thousands of honest peers come together: then most wait in
/// the kernel's queue (`isCrowded`) until the handshakes before them are done.
final class PendingConnections: Sendable {
    private struct Connection {
        let close: @Sendable () -> Void
        let since: NIODeadline
        var hasSpoken = false
    }

    private struct State {
        var next = 0
        /// The key is the ticket, so lower keys are older.
        var pending: [Int: Connection] = [:]
        var sessions: Set<Int> = []

        /// Connections since `fresh` had no time to speak. Returns what closes it.
        mutating func removeOldest(fresh: NIODeadline) -> (@Sendable () -> Void)? {
            let silent = pending.filter { !$0.value.hasSpoken && $0.value.since <= fresh }.keys.min()
            guard let oldest = silent ?? pending.keys.min() else { return nil }
            return pending.removeValue(forKey: oldest)?.close
        }
    }

    /// The most sessions at once.
    private let limit: Int
    private let now: @Sendable () -> NIODeadline
    private let state = Mutex(State())

    init(sessions limit: Int, now: @escaping @Sendable () -> NIODeadline = { .now() }) {
        self.limit = limit
        self.now = now
    }

    /// So many handshakes have just begun that the next connection should wait.
    var isCrowded: Bool {
        let fresh = Self.fresh(now())
        return state.withLock { state in
            state.pending.count >= Limits.freshConnections
                && state.pending.values.count { $0.since > fresh } >= Limits.freshConnections
        }
    }

    /// Returns the ticket for the other methods. `close`: closes the connection.
    func enter(_ close: @escaping @Sendable () -> Void) -> Int {
        let since = now()
        let (ticket, closeOldest) = state.withLock { state -> (Int, (@Sendable () -> Void)?) in
            state.next += 1
            let isFull = state.pending.count >= Limits.unprovedConnections
            let closeOldest = isFull ? state.removeOldest(fresh: Self.fresh(since)) : nil
            state.pending[state.next] = Connection(close: close, since: since)
            return (state.next, closeOldest)
        }
        closeOldest?()
        return ticket
    }

    /// Connections that are later than this are fresh.
    private static func fresh(_ now: NIODeadline) -> NIODeadline {
        now - .milliseconds(Limits.freshConnectionMilliseconds)
    }

    /// The peer has sent something.
    func heard(_ ticket: Int) {
        state.withLock { $0.pending[ticket]?.hasSpoken = true }
    }

    /// The peer may stay. Returns false if there are too many sessions.
    func welcome(_ ticket: Int) -> Bool {
        state.withLock { state in
            guard state.sessions.count < limit else { return false }
            if state.pending.removeValue(forKey: ticket) != nil { state.sessions.insert(ticket) }
            return true
        }
    }

    /// The connection has ended.
    func leave(_ ticket: Int) {
        state.withLock { state in
            state.pending[ticket] = nil
            state.sessions.remove(ticket)
        }
    }
}

/// Reports the first bytes that arrive on a connection.
final class FirstBytesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let onFirst: @Sendable () -> Void

    init(onFirst: @escaping @Sendable () -> Void) { self.onFirst = onFirst }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        onFirst()
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
