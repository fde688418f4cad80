package import FieldpostAPI
package import FieldpostCore
import FieldpostMedia
package import FieldpostStore
package import Logging
import Synchronization

/// The thumbnails of a node: those on its disk, those that it makes of photos that are here, and those that peers sent
/// for photos that are not.
package final class Thumbnails: ThumbnailSource {
    private let store: any ThumbnailStore
    private let blobs: any BlobStore
    private let maker: Thumbnailer
    private let logger: Logger
    private let asks = ThumbnailAsks()
    private let received = Mutex<UInt64>(0)

    /// `maker` makes them of the photos in `blobs`.
    package init(store: any ThumbnailStore, blobs: any BlobStore, maker: Thumbnailer, logger: Logger) {
        self.store = store
        self.blobs = blobs
        self.maker = maker
        self.logger = logger
    }

    /// A thumbnail for people here. Nil if there is none and none can be made. One that a peer sent gives way to one
    /// that is made here, as soon as the photo is here and somebody asks.
    package func thumbnail(of blob: Hash256) async -> KeptThumbnail? {
        let kept = await store.thumbnail(of: blob)
        if let kept, kept.source == .made { return kept }
        guard let picture = await make(blob) else {
            // Of another format no thumbnail is made, so one that a peer sent would never give way.
            return await start(of: blob).map { $0 == Self.jpegStart } ?? true ? kept : nil
        }
        let made = KeptThumbnail(bytes: picture.bytes, source: .made)
        await store.keep(made, of: blob)
        return made
    }

    private static let jpegStart: [UInt8] = [0xFF, 0xD8, 0xFF]

    /// The first bytes of a file. Nil if it is not here.
    private func start(of blob: Hash256) async -> [UInt8]? {
        guard let size = try? await blobs.size(of: blob) else { return nil }
        return try? await blobs.read(blob, 0..<min(UInt64(Self.jpegStart.count), size))
    }

    /// What is not here, or begins unlike a JPEG file, does not cost a run of the helper.
    private func make(_ blob: Hash256) async -> Thumbnail? {
        guard await start(of: blob) == Self.jpegStart else { return nil }
        let metadata = try? await blobs.inspect(blob) { content throws(BlobError) in
            try PhotoMetadata.read(BlobBytes(content), format: .jpeg)
        }
        return await maker.thumbnail(of: blob, orientation: metadata?.orientation?.rawValue)
    }

    /// See `ThumbnailStore.removeOrphans`.
    package func removeOrphans(attached: @Sendable ([Hash256]) async -> Set<Hash256>) async -> Int {
        await store.removeOrphans(attached: attached)
    }

    // MARK: For sessions

    /// What is made too late for this answer is kept for the next.
    package func answer(for blob: Hash256) async -> [UInt8]? {
        let first = AsyncQueue<[UInt8]?>()
        Task { first.yield(await thumbnail(of: blob)?.bytes) }
        let timer = Task {
            try await Task.sleep(for: .seconds(Limits.thumbnailAnswerSeconds))
            first.yield(nil)
        }
        defer { timer.cancel() }
        return await first.next() ?? nil
    }

    package func permitToAsk(for blob: Hash256) async -> (any Sendable)? {
        let size = try? await blobs.size(of: blob)
        guard size == nil, await store.thumbnail(of: blob) == nil else { return nil }
        return asks.permit()
    }

    package func keep(received bytes: [UInt8], of blob: Hash256) async {
        guard let thumbnail = Thumbnail(bytes) else {
            logger.notice("a peer sent a thumbnail that is none; it is dropped", metadata: ["photo": "\(blob)"])
            return
        }
        guard await store.thumbnail(of: blob) == nil else { return }
        await store.keep(KeptThumbnail(bytes: thumbnail.bytes, source: .received), of: blob)
        received.withLock { $0 += 1 }
    }

    // MARK: Status

    package func state() async -> ThumbnailState {
        var state = await maker.state()
        state.received = received.withLock { $0 }
        (state.kept, state.bytes) = await store.statistics()
        return state
    }

    /// See `Thumbnailer.alarm`.
    package func alarm() async -> String? { await maker.alarm() }
}

/// Counts the thumbnails that all sessions ask for, because each of them may soon be in memory.
private final class ThumbnailAsks: Sendable {
    private let open = Mutex(0)

    /// Counts until it is released.
    final class Permit: Sendable {
        private let asks: ThumbnailAsks

        fileprivate init(_ asks: ThumbnailAsks) { self.asks = asks }

        deinit { asks.open.withLock { $0 -= 1 } }
    }

    /// Nil if as many are given out as may be.
    func permit() -> Permit? {
        let isFree = open.withLock { open in
            guard open < Limits.openThumbnailAsks else { return false }
            open += 1
            return true
        }
        return isFree ? Permit(self) : nil
    }
}
