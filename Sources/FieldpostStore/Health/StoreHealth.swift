/// How the store stands: whether it takes writes, how much room it has, and what it holds in numbers.
package protocol StoreHealth: Sendable {
    /// Why the store takes no more writes; nil while it does. Final: only a restart of the process helps.
    var failure: JournalError? { get }

    /// What a check of the store complained of and a second look did not confirm. It stops nothing, and is shown to
    /// people.
    var doubts: [String] { get }

    /// Whether the writer goes on, for a watchdog. Costs nothing.
    var writerPulse: WriterPulse { get }

    /// How much room there is now.
    var diskStage: DiskStage { get }

    /// Counts and sizes, for the status.
    func statistics() async throws(JournalError) -> JournalStatistics

    /// At a gateway: what waits for central. Cheap: it reads a few rows.
    func backlog() async throws(JournalError) -> JournalBacklog

    /// Keeps the reserve of a full disk in place, where there is room for it. Cheap: to be called now and then.
    func keepReserve() async throws(JournalError)
}

/// How far the writer of the store is.
package struct WriterPulse: Hashable, Sendable {
    /// Grows with each group of writes that it begins.
    package let turn: UInt64
    /// Nothing waits for it.
    package let isIdle: Bool

    package init(turn: UInt64, isIdle: Bool) {
        self.turn = turn
        self.isIdle = isIdle
    }

    /// Whether the writer is alive, if `former` was its pulse some time ago.
    package func isAlive(since former: WriterPulse?) -> Bool { isIdle || turn != former?.turn }
}

extension StoreHealth {
    /// Whether entries of other nodes may come in. The last room is kept for urgent reports that are made here, because
    /// no other node holds them.
    package var hasRoomForPeers: Bool { diskStage < .peersWait }
}
