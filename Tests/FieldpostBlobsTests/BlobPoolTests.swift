import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import Foundation
import TestKit
import Testing

/// The photos of a backup.
struct BlobPoolTests {
    private let place: TemporaryDirectory
    private let store: BlobPool
    private let pool: BlobPool

    init() throws {
        place = try TemporaryDirectory()
        store = BlobPool(directory: place.path + "/blobs")
        pool = BlobPool(directory: place.path + "/backup")
    }

    private func path(_ blob: Hash256, in folder: String) -> String {
        "\(place.path)/\(folder)/\(blob.hex.prefix(2))/\(blob.hex.dropFirst(2))"
    }

    private func put(_ bytes: [UInt8]) async throws -> Hash256 {
        let blobs = try FileBlobStore(directory: place)
        let hash = try await blobs.put(bytes)
        try await blobs.close()
        return hash
    }

    @Test(arguments: [true, false])
    func `A blob is taken once, by a link or by its bytes, and kept after that`(links: Bool) async throws {
        let bytes = Samples.bytes(300_000, seed: 3)
        let hash = try await put(bytes)
        #expect(try pool.take(hash, from: store, links: links) == (links ? .linked : .copied))
        #expect(try pool.take(hash, from: store, links: links) == .kept)
        for part in BlobPool.parts { try pool.sync(part) }
        #expect(FileManager.default.contents(atPath: path(hash, in: "backup")) == Data(bytes))
        #expect(try pool.isSound(hash) == true)
        let listed = try BlobPool.parts.flatMap { try pool.blobs(in: $0) }
        #expect(listed == [hash])
        // What the store does with its own file afterwards changes nothing here.
        try FileManager.default.removeItem(atPath: path(hash, in: "blobs"))
        #expect(try pool.isSound(hash) == true)
        #expect(try store.isSound(hash) == nil)
        #expect(try pool.take(hash, from: store, links: links) == .missing)
    }

    @Test func `A blob that is corrupt in the store is not taken`() async throws {
        let hash = try await put(Samples.bytes(200_000, seed: 4))
        let file = try #require(FileHandle(forUpdatingAtPath: path(hash, in: "blobs")))
        try file.seek(toOffset: 100_000)
        try file.write(contentsOf: Data([0xAA, 0x55]))
        try file.close()
        for links in [true, false] {
            #expect(try pool.take(hash, from: store, links: links) == .corrupt)
            #expect(try pool.size(of: hash) == nil)
        }
    }

    @Test func `A file that went bad with the store's is replaced once the store has a sound one again`() async throws {
        let bytes = Samples.bytes(200_000, seed: 6)
        let hash = try await put(bytes)
        #expect(try pool.take(hash, from: store, links: true) == .linked)
        // One sector under both names.
        let file = try #require(FileHandle(forUpdatingAtPath: path(hash, in: "blobs")))
        try file.seek(toOffset: 50_000)
        try file.write(contentsOf: Data([0xAA, 0x55]))
        try file.close()
        #expect(try pool.isSound(hash) == false)
        try FileManager.default.removeItem(atPath: path(hash, in: "blobs"))
        try Data(bytes).write(to: URL(fileURLWithPath: path(hash, in: "blobs")))
        #expect(try pool.take(hash, from: store, links: true) == .linked)
        #expect(try pool.isSound(hash) == true)
        #expect(try pool.take(hash, from: store, links: true) == .kept)
    }

    @Test func `A file of another length is taken again, and leftovers go`() async throws {
        let bytes = Samples.bytes(200_000, seed: 5)
        let hash = try await put(bytes)
        #expect(try pool.take(hash, from: store, links: false) == .copied)
        let torn = path(hash, in: "backup")
        try Data(bytes.prefix(1_000)).write(to: URL(fileURLWithPath: torn))
        try Data(bytes.prefix(10)).write(to: URL(fileURLWithPath: torn + ".new"))
        #expect(try pool.isSound(hash) == false)
        #expect(try pool.take(hash, from: store, links: false) == .copied)
        try pool.sync(String(hash.hex.prefix(2)))
        #expect(try pool.isSound(hash) == true)
        #expect(!FileManager.default.fileExists(atPath: torn + ".new"))
    }
}
