package import FieldpostCore
package import FieldpostStore
import FieldpostSync
import Logging

/// The care of photos and clips.
extension Node {
    package var mediaLimits: MediaLimits { settings.mediaLimits }

    /// Throws when the store of photos has failed: only a restart helps then. Measures photos each minute. Returns when
    /// the task is cancelled.
    func watchBlobs() async throws {
        var seconds = 0
        repeat {
            if let failure = blobs.failure { throw failure }
            if seconds % 60 == 0 { transfers.measure(await blobs.statistics(), await traffic()) }
            seconds += 1
        } while (try? await Task.sleep(for: .seconds(1))) != nil
    }

    /// The photos and clips that are on their way over all sessions.
    func traffic() async -> BlobTraffic {
        var traffic = BlobTraffic()
        for session in await registry.sessions() { traffic.add(await session.traffic) }
        return traffic
    }

    /// Counts the running time, so that uploads expire which nobody continues, and removes photos that no report names.
    /// Returns when the task is cancelled.
    func careForBlobs() async throws {
        let interval = Limits.restSeconds * 1000
        var time = RunningTime(at: clock.moment(), interval: interval)
        var uncounted: UInt64 = 0
        while (try? await Task.sleep(for: .milliseconds(interval))) != nil {
            uncounted += time.elapsed(at: clock.moment())
            do throws(BlobError) {
                try await blobs.rest(for: uncounted)
                uncounted = 0
                try await removeOrphans()
            } catch {
                // A full disk counts it next time. A failure ends `watchBlobs`.
                if error != .full {
                    logger.error("the care of photos failed", metadata: ["reason": "\(error)"])
                }
            }
        }
    }

    private func removeOrphans() async throws(BlobError) {
        let attached: @Sendable ([Hash256]) async -> Set<Hash256> = { [journal] blobs in
            // While nobody can tell, all of them stay.
            (try? await journal.named(blobs)) ?? Set(blobs)
        }
        let thumbnails = await thumbnails.removeOrphans(attached: attached)
        if thumbnails > 0 {
            logger.info(
                "removed thumbnails of photos that no report names", metadata: ["thumbnails": "\(thumbnails)"])
        }
        let removed = try await blobs.removeOrphans(attached: attached)
        guard removed.blobs > 0 else { return }
        logger.info(
            "removed photos that no report names",
            metadata: ["photos": "\(removed.blobs)", "bytes": "\(removed.bytes)"])
    }

    /// Does one step of the scrub of photos. Nil if the disk lets it not go on now.
    func scrubBlobs(_ cursor: BlobScrubCursor) async -> BlobScrubStep? {
        do throws(BlobError) {
            let step = try await blobs.scrub(cursor, bytes: Limits.scrubStepBytes)
            if !step.lost.isEmpty {
                logger.error(
                    "found corrupt photos, and set them aside",
                    metadata: ["photos": "\(step.lost.map(\.hex).joined(separator: " "))"])
            }
            return step
        } catch {
            logger.error("the scrub of photos stopped", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    package func thumbnail(of blob: Hash256) async -> KeptThumbnail? { await thumbnails.thumbnail(of: blob) }

    /// Central asks for thumbnails when photos are offered, so it has none left to ask for.
    package func wantThumbnail(of blob: Hash256) async -> Bool {
        guard settings.role == .gateway else { return false }
        var isAsked = false
        for session in await registry.sessions() where await session.wantThumbnail(blob) { isAsked = true }
        return isAsked
    }

    package func refusal(of blob: Hash256, at place: BlobPlace) -> BlobReceipt.Refusal? {
        transfers.refusal(of: blob, at: place)
    }

    package func want(_ blobs: [Hash256]) async {
        for session in await registry.sessions() { await session.want(blobs) }
    }
}
