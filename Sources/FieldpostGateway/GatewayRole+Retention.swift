import FieldpostCore
import FieldpostNode
import FieldpostStore
import Logging

extension GatewayRole {
    /// Counts the running time, and prunes what central has held for long enough. Runs until the task is cancelled.
    /// Throws `JournalError`.
    @Sendable func retain() async throws {
        let age = parts.settings.retentionSeconds * 1000
        let interval = min(Limits.restSeconds * 1000, max(age / 16, 50))
        var time = RunningTime(at: parts.clock.moment(), interval: interval)
        var unnoted: UInt64 = 0
        var stood: Session?
        while (try? await Task.sleep(for: .milliseconds(interval))) != nil {
            unnoted += time.elapsed(at: parts.clock.moment())
            let (session, central) = await centralSession()
            do throws(JournalError) {
                try await parts.journal.rest(for: unnoted, with: central, keeping: age)
                unnoted = 0
                // In a session that just began, central may still find out that it was restored from a copy.
                if let central, session === stood {
                    try await prune(keeping: age, with: central)
                    await evict(keeping: age)
                }
            } catch {
                guard error == .full else { throw error }
            }
            stood = session
        }
    }

    private func prune(keeping age: UInt64, with central: Origin) async throws(JournalError) {
        var sum = PruneStep()
        while !Task.isCancelled {
            let step = try await parts.journal.prune(keeping: age, with: central)
            sum.reports += step.reports
            sum.entries += step.entries
            guard !step.isLast else { break }
            try? await Task.sleep(for: .milliseconds(Limits.prunePause))
        }
        guard sum.reports > 0 else { return }
        parts.logger.info(
            "pruned reports that central holds",
            metadata: ["reports": "\(sum.reports)", "entries": "\(sum.entries)"])
    }

    /// Removes photos and clips that central holds, after the same time as reports. On a disk with little room, the
    /// oldest ones go sooner.
    private func evict(keeping age: UInt64) async {
        let eviction = BlobEviction(age: age, freeBytes: UInt64(Limits.evictionFreeBytes))
        do throws(BlobError) {
            let removed = try await parts.blobs.evict(eviction) { [journal = parts.journal] blobs in
                // Where that cannot be read, none is removed.
                (try? await journal.held(blobs)) ?? []
            }
            guard removed.blobs > 0 else { return }
            parts.logger.info(
                "removed photos that central holds",
                metadata: ["photos": "\(removed.blobs)", "bytes": "\(removed.bytes)"])
        } catch {
            parts.logger.error("photos that central holds cannot be removed", metadata: ["reason": "\(error)"])
        }
    }

    /// The session with central, and central's incarnation in that session.
    private func centralSession() async -> (Session?, Origin?) {
        for session in await parts.registry.sessions() {
            if let peer = await session.peer, peer.role == .central {
                return (session, Origin(node: peer.node, incarnation: peer.incarnation))
            }
        }
        return (nil, nil)
    }
}
