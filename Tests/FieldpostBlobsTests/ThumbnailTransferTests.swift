import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import Synchronization
import TestKit
import Testing

/// Thumbnails between a gateway and central, over the real session on a link in memory.
struct ThumbnailTransferTests {
    private let gateway: TransferNode
    private let central: TransferNode

    init() async throws {
        gateway = try TransferNode(1, .gateway)
        central = try TransferNode(2, .central)
    }

    private static func thumbnail(_ number: Int) -> KeptThumbnail {
        KeptThumbnail(bytes: Samples.bytes(16_000 + number, seed: UInt64(1000 + number)), source: .made)
    }

    /// A photo that a report names, with its thumbnail at the same node.
    private func photo(
        _ number: Int, at node: TransferNode, bytes: Int = 200_000, grid: String = "G1", hasThumbnail: Bool = true
    ) async throws -> Hash256 {
        let photo = try await node.blobs.put(Samples.bytes(bytes, seed: UInt64(number)))
        try await node.attach(photo, bytes: bytes, grid: grid)
        if hasThumbnail { await node.thumbnails.store.keep(Self.thumbnail(number), of: photo) }
        return photo
    }

    @Test func `the thumbnails of a backlog are at central before most bytes of its photos`() async throws {
        var photos: [Hash256] = []
        for number in 0..<60 { photos.append(try await photo(number, at: gateway)) }
        let transfer = try await Transfer(gateway, central)
        let tally = try await transfer.run()
        #expect(tally.chunkBytes == 60 * 200_000)
        // The session still exists, and has given all permits back.
        #expect(central.permits.most == Limits.thumbnailAsks && central.permits.open == 0)
        withExtendedLifetime(transfer) {}
        #expect(tally.thumbnailBytes == (0..<60).reduce(0) { $0 + 16_000 + $1 })
        #expect(tally.chunkBytesBefore < tally.chunkBytes / 4, "\(tally)")
        for (number, photo) in photos.enumerated() {
            let kept = await central.thumbnails.store.thumbnail(of: photo)
            #expect(kept == KeptThumbnail(bytes: Self.thumbnail(number).bytes, source: .received))
        }
        #expect(try await Transfer(gateway, central).run().thumbnailBytes == 0)
    }

    @Test func `without thumbnails, photos come all the same`() async throws {
        for number in 0..<20 { _ = try await photo(number, at: gateway, hasThumbnail: false) }
        let tally = try await Transfer(gateway, central).run()
        #expect(tally.chunkBytes == 20 * 200_000 && tally.thumbnailBytes == 0)
        #expect(await central.thumbnails.store.statistics().thumbnails == 0)
    }

    @Test func `what central holds already, or has a thumbnail of, is not asked for`() async throws {
        _ = try await photo(1, at: gateway)
        try await central.blobs.put(Samples.bytes(200_000, seed: 1))
        let second = try await photo(2, at: gateway)
        await central.thumbnails.store.keep(Self.thumbnail(9), of: second)
        #expect(try await Transfer(gateway, central).run().thumbnailBytes == 0)
        #expect(await central.thumbnails.store.thumbnail(of: second) == Self.thumbnail(9))
    }

    @Test func `a gateway gets the thumbnail of a photo of its grid when somebody wants it, and no other`() async throws
    {
        let transfer = try await Transfer(gateway, central)
        _ = try await transfer.run(closing: false)
        var photos: [Hash256] = []
        for (number, grid) in [(7, "G1"), (8, "G2"), (9, "G1")] {
            photos.append(try await photo(number, at: central, grid: grid))
        }
        for photo in photos.prefix(2) { await transfer.wantThumbnail(photo, at: gateway) }
        let tally = try await transfer.run()
        #expect(tally.chunkBytes == 0 && tally.thumbnailBytes == 16_007)
        #expect(await gateway.thumbnails.store.thumbnail(of: photos[0])?.bytes == Self.thumbnail(7).bytes)
        #expect(await gateway.thumbnails.store.statistics().thumbnails == 1)
    }
}

/// Thumbnails that are on disk, and never made.
struct KeptThumbnails: ThumbnailSource {
    let store: FileThumbnailStore
    let blobs: FileBlobStore
    let permits: Permits

    func answer(for blob: Hash256) async -> [UInt8]? { await store.thumbnail(of: blob)?.bytes }

    func permitToAsk(for blob: Hash256) async -> (any Sendable)? {
        let size = try? await blobs.size(of: blob)
        return await store.thumbnail(of: blob) == nil && size == nil ? permits.permit() : nil
    }

    func keep(received bytes: [UInt8], of blob: Hash256) async {
        await store.keep(KeptThumbnail(bytes: bytes, source: .received), of: blob)
    }
}

/// Counts the permits to ask that are given out.
final class Permits: Sendable {
    private let counts = Mutex((open: 0, most: 0))

    var open: Int { counts.withLock(\.open) }
    var most: Int { counts.withLock(\.most) }

    final class Permit: Sendable {
        private let permits: Permits

        fileprivate init(_ permits: Permits) { self.permits = permits }

        deinit { permits.counts.withLock { $0.open -= 1 } }
    }

    func permit() -> Permit {
        counts.withLock { counts in
            counts.open += 1
            counts.most = max(counts.most, counts.open)
        }
        return Permit(self)
    }
}
