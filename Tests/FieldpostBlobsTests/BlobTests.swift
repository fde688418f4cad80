import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import Foundation
import TestKit
import Testing

/// Blobs in real files.
struct BlobTests {
    private let place: TemporaryDirectory
    private let store: FileBlobStore

    init() throws {
        place = try TemporaryDirectory()
        store = try FileBlobStore(directory: place)
    }

    private func files() throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: place.path + "/blobs")
        return names.filter { name in
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: place.path + "/blobs/" + name, isDirectory: &isDirectory)
            return !isDirectory.boolValue
        }.sorted()
    }

    @Test(arguments: [1, 65_535, 65_536, 65_537, 300_000, 2_500_000])
    func `a blob is read as it was stored, also by a later process`(count: Int) async throws {
        let bytes = Samples.bytes(count)
        let hash = try await store.put(bytes)
        #expect(hash == Hash256(hashing: bytes))
        for store in [store, try FileBlobStore(directory: place)] {
            #expect(try await store.size(of: hash) == UInt64(count))
            #expect(try await store.content(hash) == bytes)
            let statistics = await store.statistics()
            #expect(statistics.blobs == 1 && statistics.bytes == UInt64(count))
            #expect(statistics.activeUploads == 0 && statistics.lost == 0)
        }
    }

    @Test func `a range is read across chunks, and one that is not within the blob is refused`() async throws {
        let bytes = Samples.bytes(200_000)
        let hash = try await store.put(bytes)
        for range in [0..<1, 65_530..<65_540, 65_000..<130_000, 131_072..<196_608, 199_999..<200_000] {
            let read = try await store.read(hash, UInt64(range.lowerBound)..<UInt64(range.upperBound))
            #expect(read == Array(bytes[range]), "\(range)")
        }
        #expect(await failure { () throws(BlobError) in try await store.read(hash, 199_999..<200_001) }
            == .wrongRange(bytes: 200_000))
        let large = try await store.put(Samples.bytes(300_000))
        #expect(try await store.read(large, 1_000..<263_144) == Array(Samples.bytes(300_000)[1_000..<263_144]))
        #expect(await failure { () throws(BlobError) in try await store.read(large, 0..<262_145) }
            == .wrongRange(bytes: 300_000))
        let other = Hash256(hashing: [1])
        #expect(await failure { () throws(BlobError) in try await store.read(other, 0..<1) } == .notHeld(other))
        #expect(try await store.size(of: other) == nil)
    }

    @Test func `a blob is a file named by its hash, and nobody else may enter or read it`() async throws {
        let hash = try await store.put(Samples.bytes(100_000))
        let directory = String(hash.hex.prefix(2)), name = String(hash.hex.dropFirst(2))
        #expect(try files() == ["\(directory)/\(name)", "\(directory)/\(name).chunks"])
        let id = try await store.create(Samples.request(Samples.bytes(10)))
        try await store.send(Samples.bytes(10), to: id, upTo: 5)
        for path in try FileManager.default.subpathsOfDirectory(atPath: place.path + "/blobs") {
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: place.path + "/blobs/" + path, isDirectory: &isDirectory)
            #expect(try place.mode(of: "blobs/" + path) == (isDirectory.boolValue ? 0o700 : 0o600), "\(path)")
        }
        #expect(try place.mode(of: "blobs") == 0o700)
    }

    @Test func `equal content is stored once, also when it comes twice at once`() async throws {
        let bytes = Samples.bytes(150_000)
        try await withThrowingTaskGroup(of: Hash256.self) { group in
            for _ in 0..<8 { group.addTask { try await store.put(bytes) } }
            for try await hash in group { #expect(hash == Hash256(hashing: bytes)) }
        }
        #expect(try files().count == 2)
        let statistics = await store.statistics()
        #expect(statistics.blobs == 1 && statistics.bytes == 150_000)
        #expect(try await store.content(Hash256(hashing: bytes)) == bytes)
    }

    @Test func `what crashes left over is deleted at the start, and strange files stay`() async throws {
        let hash = try await store.put(Samples.bytes(1000))
        let root = place.path + "/blobs/"
        let directory = root + hash.hex.prefix(2) + "/"
        let left = [
            directory + String(repeating: "a", count: 62) + ".chunks", root + "uploads/\(UploadID.random()).part",
            root + "uploads/\(UploadID.random()).upload",
        ]
        let strange = [directory + "note.txt", root + "uploads/readme", root + "corrupt/x"]
        for path in left + strange { try Data("x".utf8).write(to: URL(filePath: path)) }
        let later = try FileBlobStore(directory: place)
        #expect(left.allSatisfy { !FileManager.default.fileExists(atPath: $0) })
        #expect(strange.allSatisfy { FileManager.default.fileExists(atPath: $0) })
        let statistics = await later.statistics()
        #expect(statistics.blobs == 1 && statistics.bytes == 1000 && statistics.discardedUploads == 1)
        #expect(statistics.uploads == 0 && statistics.lost == 0)
    }
}
