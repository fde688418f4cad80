package import FieldpostAPI
package import FieldpostCore
package import FieldpostMedia
package import FieldpostStore
import Foundation
import Glibc
package import Logging

/// Has thumbnails made by the program `fieldpost-thumbnail`, one at a time. That program looks into the pictures of
/// strangers; this process only carries bytes to it and back. Whatever the helper does, this node goes on.
package actor Thumbnailer {
    private let setting: String?
    private let blobs: any BlobStore
    private let time: Duration
    private let logger: Logger
    /// One for each photo, however many ask for its thumbnail and whether they still wait.
    private var jobs: [Hash256: Task<Thumbnail?, Never>] = [:]
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var counts = (made: UInt64(0), failed: UInt64(0))
    /// Photos that the helper refused. It would do so again.
    private var refused: Set<Hash256> = []
    /// Whether a photo came while there was no helper.
    private var isMissed = false

    /// `helper`: the path of the program, or of a socket behind which systemd starts it. Nil: `standardHelper`. `time`:
    /// what one photo may take, from the helper's start to its end, by a clock that nobody sets.
    package init(
        helper: String?, blobs: any BlobStore, time: Duration = .seconds(Limits.thumbnailSeconds), logger: Logger
    ) {
        setting = helper
        self.blobs = blobs
        self.time = time
        self.logger = logger
    }

    /// The socket of the packaged unit, if it is there. Otherwise the program beside this one.
    package static var standardHelper: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let directory = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? ""
        return access(standardSocket, F_OK) == 0 ? standardSocket : directory + "/fieldpost-thumbnail"
    }

    package static let standardSocket = "/run/fieldpost-thumbnail.socket"

    /// `orientation`: of the photo's Exif data, 1...8; nil if it says nothing. Returns nil if no thumbnail can be made:
    /// the photo has another format than JPEG, is damaged or too large, the helper is missing, or too many photos wait
    /// already. Nothing else depends on it.
    package func thumbnail(of blob: Hash256, orientation: Int?) async -> Thumbnail? {
        if let job = jobs[blob] { return await job.value }
        // One of them is being made.
        guard jobs.count <= Limits.waitingThumbnails, !refused.contains(blob) else { return nil }
        let job = Task { await takeTurn(blob, orientation) }
        jobs[blob] = job
        return await job.value
    }

    private func takeTurn(_ blob: Hash256, _ orientation: Int?) async -> Thumbnail? {
        if isBusy {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isBusy = true
        }
        defer {
            jobs[blob] = nil
            next()
        }
        do throws(ThumbnailFailure) {
            let thumbnail = try await make(blob, orientation)
            counts.made += 1
            isMissed = false
            return thumbnail
        } catch {
            counts.failed += 1
            isMissed = error == .missing
            if case .refused = error, refused.count < Limits.refusedThumbnails { refused.insert(blob) }
            logger.info("no thumbnail was made of a photo", metadata: ["photo": "\(blob)", "reason": "\(error)"])
            return nil
        }
    }

    /// The next photo has its turn.
    private func next() {
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }

    private func make(_ blob: Hash256, _ orientation: Int?) async throws(ThumbnailFailure) -> Thumbnail {
        let size: UInt64
        do throws(BlobError) {
            guard let found = try await blobs.size(of: blob) else { throw .notHeld(blob) }
            size = found
        } catch {
            throw .unreadable(error)
        }
        guard size <= Limits.thumbnailPhotoBytes else { throw .tooLarge(size) }
        let helper = try await onThread { [path = helper, time] () throws(ThumbnailFailure) in
            try ThumbnailHelper(path, deadline: ContinuousClock.now + time)
        }
        let failure = await send(blob, size, orientation, to: helper)
        let answer = await onThread { () throws(Never) in helper.finish(isCutOff: failure != nil) }
        if let failure { throw failure }
        return try answer.get()
    }

    /// Returns why not all could be read. A helper that takes no more has its reasons, which `finish` finds out.
    private func send(
        _ blob: Hash256, _ size: UInt64, _ orientation: Int?, to helper: ThumbnailHelper
    ) async -> ThumbnailFailure? {
        var offset: UInt64 = 0
        while offset < size {
            let end = min(size, offset + UInt64(Limits.blobPieceBytes))
            var bytes: [UInt8]
            do throws(BlobError) {
                bytes = try await blobs.read(blob, offset..<end)
            } catch {
                return .unreadable(error)
            }
            if offset == 0, let orientation, (1...8).contains(orientation) {
                bytes.insert(UInt8(ascii: "0") + UInt8(orientation), at: 0)
            }
            guard await onThread({ [bytes] () throws(Never) in helper.send(bytes) }) else { break }
            offset = end
        }
        return nil
    }

    /// Runs calls that block on a thread of their own.
    private nonisolated func onThread<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await withCheckedContinuation { continuation in
            thread.async { continuation.resume(returning: Result { () throws(Failure) in try body() }) }
        }
        return try result.get()
    }

    private let thread = DispatchQueue(label: "fieldpost.thumbnails")

    private var helper: String { setting ?? Self.standardHelper }

    // MARK: Status

    package func state() -> ThumbnailState {
        ThumbnailState(
            helper: access(helper, F_OK) == 0 ? helper : nil, made: counts.made, failed: counts.failed,
            waiting: jobs.count)
    }

    /// A hint, once a photo had to go without.
    package func alarm() -> String? {
        guard isMissed else { return nil }
        return
            "Photos get no thumbnails here, because the program \(helper) is missing. The photos are safe and travel "
            + "without them. Install it, or name it by the setting `thumbnail_helper`."
    }
}
