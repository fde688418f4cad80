import FieldpostCore
import FieldpostSession
import FieldpostSync
import FieldpostTransport

/// A session and the link under it.
extension Message {
    /// Whether it may count: a peer can send a receipt for anything, and only one for an open offer says something.
    func isOfOpenBlob(_ driver: SessionDriver) -> Bool {
        if case .blobReceipt(let receipt) = self { driver.isOffered(receipt.blob) } else { true }
    }
}

extension Arrival {
    /// Whether it is a large chunk of a blob that was pulled. Those come as fast as this node's disk takes them.
    func isPulled(by driver: SessionDriver) -> Bool {
        guard case .message(.blobChunk(let chunk)) = self else { return false }
        return chunk.data.count >= Limits.uncountedChunkBytes && driver.isPulled(chunk.stream)
    }
}

extension Session {
    /// See `SessionDriver.bytesPerSecond`.
    package var bytesPerSecond: Int? { driver.bytesPerSecond }

    /// See `SessionMachine.sent`.
    func sent(of blob: Hash256) -> UInt64? { driver.sent(of: blob) }

    /// Why a lane waits. Nil: it may use the link.
    func wait(of lane: Lane) -> LinkWait? {
        if case .wait(let wait) = context.link?.permit(for: lane) { wait } else { nil }
    }

    /// The photos and clips that are on their way over this session.
    var traffic: BlobTraffic { driver.traffic(at: context.clock.moment()) }

    /// The class of the link. Nil: links are not told apart here.
    package var linkName: String? { context.link?.name }

    /// See `SessionMachine.isStatusDue`.
    func isStatusDue(_ key: GatewayStatus.Key) -> Bool { driver.isStatusDue(key, at: context.clock.moment()) }

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

    /// Waits until the peer sends nothing more, at most a second.
    nonisolated func awaitEnd() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await self.silence.next() }
            group.addTask { try? await Task.sleep(for: .seconds(1)) }
            await group.next()
            group.cancelAll()
        }
    }
}
