import FieldpostCore
import FieldpostSession
import FieldpostSync
import FieldpostTransport

/// A session and the link under it.
extension Session {
    /// See `SessionDriver.bytesPerSecond`.
    package var bytesPerSecond: Int? { driver.bytesPerSecond }

    /// Ends the session if its connection has stalled. A new one is ready sooner. Returns whether it did.
    func endIfStalled() async -> Bool {
        guard await channel.isStalled else { return false }
        ending = ending ?? "a link came up, but the connection had stalled"
        channel.cut()
        return true
    }

    /// The lanes that have something to send and may not use the link now. A tick asks again, at least twice a minute.
    var closedLanes: Set<Lane> {
        guard let link = context.link else { return [] }
        return driver.waitingLanes.filter { lane in
            guard lane > .control, case .wait = link.permit(for: lane) else { return false }
            return true
        }
    }

    /// When a link may carry more than it said, messages may go.
    func watchLink() async {
        guard let link = context.link else { return }
        for await _ in link.changes() { sending.yield((), limit: 1) }
    }
}
