import Crypto
import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import TestKit
import Testing

/// The rules of uploads, in real files.
struct UploadTests {
    private let place: TemporaryDirectory
    private let store: FileBlobStore
    private let bytes = Samples.bytes(200_000)

    init() throws {
        place = try TemporaryDirectory()
        store = try FileBlobStore(directory: place)
    }

    private func reopened() throws -> FileBlobStore { try FileBlobStore(directory: place) }

    @Test func `an upload continues where it stopped, in the same process and in a later one`() async throws {
        let id = try await store.create(Samples.request(bytes))
        #expect(try await store.send(bytes, to: id, upTo: 70_000).offset == 70_000)
        #expect(try await store.send(bytes, to: id, upTo: 70_001).offset == 70_001)
        let later = try reopened()
        let status = try await later.status(of: id)
        #expect(status.offset == 70_001 && status.length == 200_000 && status.mediaType == "image/jpeg")
        #expect(status.blob == nil && status.remaining == Limits.uploadLifetime)
        let end = try await later.send(bytes, to: id)
        #expect(end.blob == Hash256(hashing: bytes) && end.offset == 200_000)
        // A client that missed the answer asks again, also after a restart.
        for store in [later, try reopened()] {
            let status = try await store.status(of: id)
            #expect(status.blob == Hash256(hashing: bytes) && status.offset == 200_000)
        }
    }

    @Test func `an upload is held only where it was synced, however long its file is`() async throws {
        let id = try await store.create(Samples.request(bytes))
        try await store.send(bytes, to: id, upTo: 50_000)
        let turn = try await store.begin(id, at: 50_000, checksum: nil)
        try await store.write(Array(bytes[50_000..<90_000]), at: 50_000, by: turn)
        #expect(try await store.progress(of: turn).offset == 50_000)
        // As after SIGKILL: the bytes are in the file, and nothing says that they are durable.
        let disk = HostBlobDisk(directory: place.path + "/blobs")
        #expect(try disk.size(of: "uploads/\(id).part") == 90_000)
        let later = try reopened()
        #expect(try disk.size(of: "uploads/\(id).part") == 50_000)
        #expect(try await later.status(of: id).offset == 50_000)
        #expect(try await later.send(bytes, to: id).blob == Hash256(hashing: bytes))
    }

    @Test func `after each mebibyte the bytes are held without an end of the turn`() async throws {
        let bytes = Samples.bytes(3 * Samples.mebibyte)
        let id = try await store.create(Samples.request(bytes))
        let turn = try await store.begin(id, at: 0, checksum: nil)
        for offset in stride(from: 0, to: 2_500_000, by: 50_000) {
            try await store.write(Array(bytes[offset..<offset + 50_000]), at: UInt64(offset), by: turn)
            let held = try await store.progress(of: turn).offset
            #expect(UInt64(offset) + 50_000 - held < Limits.blobSyncBytes)
        }
        #expect(try await reopened().status(of: id).offset > 2 * UInt64(Samples.mebibyte))
    }

    @Test func `a request is refused that is empty, too large, or has a media type without end`() async throws {
        var request = UploadRequest(length: 0, mediaType: "image/png", limit: 1000)
        #expect(await failure { () throws(BlobError) in try await store.create(request) } == .empty)
        request.length = 1001
        #expect(await failure { () throws(BlobError) in try await store.create(request) }
            == .tooLarge(bytes: 1001, limit: 1000))
        (request.length, request.limit) = (.max, .max)
        #expect(await failure { () throws(BlobError) in try await store.create(request) }
            == .tooLarge(bytes: .max, limit: Limits.storedBlobBytes))
        request = UploadRequest(length: 1, mediaType: String(repeating: "x", count: 256), limit: 1000)
        #expect(await failure { () throws(BlobError) in try await store.create(request) }
            == .mediaTypeTooLong(bytes: 256))
        #expect(await store.statistics().uploads == 0)
    }

    @Test func `bytes at another offset, or beyond the length, are refused, and nothing moves`() async throws {
        let id = try await store.create(Samples.request(bytes))
        try await store.send(bytes, to: id, upTo: 1000)
        for offset in [0, 999, 1001] as [UInt64] {
            #expect(await failure { () throws(BlobError) in try await store.begin(id, at: offset, checksum: nil) }
                == .wrongOffset(held: 1000))
        }
        let turn = try await store.begin(id, at: 1000, checksum: nil)
        #expect(await failure { () throws(BlobError) in try await store.write([1], at: 1001, by: turn) }
            == .wrongOffset(held: 1000))
        #expect(await failure { () throws(BlobError) in try await store.write([1, 2], at: 199_999, by: turn) }
            == .tooLong(declared: 200_000))
        #expect(await failure { () throws(BlobError) in try await store.write([1, 2], at: .max, by: turn) }
            == .tooLong(declared: 200_000))
        #expect(try await store.end(turn).offset == 1000)
        #expect(try await store.send(bytes, to: id).blob == Hash256(hashing: bytes))
    }

    @Test(arguments: [true, false]) func `a wrong checksum leaves the offset where it was`(isSHA1: Bool) async throws {
        func checksum(_ bytes: ArraySlice<UInt8>) -> PieceChecksum {
            isSHA1
                ? .sha1(Array(Insecure.SHA1.hash(data: Array(bytes)))) : .sha256(Hash256(hashing: Array(bytes)))
        }
        let id = try await store.create(Samples.request(bytes))
        let first = try await store.send(bytes, to: id, upTo: 80_000, checksum: checksum(bytes[..<80_000]))
        #expect(first.offset == 80_000)
        var damaged = bytes
        damaged[150_000] ^= 1
        let error = await failure { () throws(BlobError) in
            try await store.send(damaged, to: id, checksum: checksum(bytes[80_000...]))
        }
        #expect(error == .wrongChecksum)
        #expect(try await store.status(of: id).offset == 80_000)
        #expect(try await reopened().status(of: id).offset == 80_000)
        // A piece that was cut off does not have its checksum either.
        let cut = await failure { () throws(BlobError) in
            try await store.send(bytes, to: id, upTo: 90_000, checksum: checksum(bytes[80_000...]))
        }
        #expect(cut == .wrongChecksum)
        #expect(try await store.send(bytes, to: id, checksum: checksum(bytes[80_000...])).blob != nil)
    }

    @Test func `a later request takes an upload over, and the earlier writer can write no more`() async throws {
        let id = try await store.create(Samples.request(bytes))
        let first = try await store.begin(id, at: 0, checksum: nil)
        try await store.write(Array(bytes[..<60_000]), at: 0, by: first)
        // What the earlier writer had sent counts.
        #expect(try await store.status(of: id).offset == 60_000)
        for end in [false, true] {
            let error = await failure { () throws(BlobError) in
                if end { _ = try await store.end(first) } else { try await store.write([0], at: 60_000, by: first) }
            }
            #expect(error == .takenOver(id))
        }
        let second = try await store.begin(id, at: 60_000, checksum: nil)
        try await store.write(Array(bytes[60_000..<100_000]), at: 60_000, by: second)
        let third = try await store.begin(id, at: 100_000, checksum: nil)
        #expect(await failure { () throws(BlobError) in try await store.write([0], at: 100_000, by: second) }
            == .takenOver(id))
        #expect(try await store.end(third).offset == 100_000)
        #expect(try await store.send(bytes, to: id).blob == Hash256(hashing: bytes))
    }

    @Test func `a piece whose checksum is not known yet does not count when it is taken over`() async throws {
        let id = try await store.create(Samples.request(bytes))
        let checksum = PieceChecksum.sha256(Hash256(hashing: bytes))
        let turn = try await store.begin(id, at: 0, checksum: checksum)
        try await store.write(Array(bytes[..<60_000]), at: 0, by: turn)
        #expect(try await store.status(of: id).offset == 0)
        #expect(try await store.send(bytes, to: id, checksum: checksum).blob == Hash256(hashing: bytes))
    }

    @Test func `writers that fight for one upload never mix their bytes`() async throws {
        let id = try await store.create(Samples.request(bytes))
        let store = store, bytes = bytes
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<6 {
                group.addTask {
                    for _ in 0..<400 {
                        let status = try? await store.send(bytes, to: id, piece: 3000 + writer * 1000)
                        if status?.blob != nil { return }
                    }
                }
            }
        }
        let status = try await store.send(bytes, to: id)
        #expect(status.blob == Hash256(hashing: bytes))
        #expect(try await store.content(Hash256(hashing: bytes)) == bytes)
    }

    @Test func `a whole with another hash than was declared leaves nothing behind`() async throws {
        let declared = Hash256(hashing: [1])
        let id = try await store.create(Samples.request(bytes, hash: declared))
        try await store.send(bytes, to: id, upTo: 100)
        let error = await failure { () throws(BlobError) in try await store.send(bytes, to: id) }
        #expect(error == .wrongHash(declared: declared, found: Hash256(hashing: bytes)))
        #expect(await failure { () throws(BlobError) in try await store.status(of: id) } == .unknownUpload(id))
        let disk = HostBlobDisk(directory: place.path + "/blobs")
        #expect(try disk.names(in: "uploads") == [])
        let statistics = await store.statistics()
        #expect(statistics.blobs == 0 && statistics.uploads == 0)
    }

    @Test func `an upload that was terminated is unknown, and its writer stops`() async throws {
        let id = try await store.create(Samples.request(bytes))
        let turn = try await store.begin(id, at: 0, checksum: nil)
        try await store.write([1], at: 0, by: turn)
        try await store.terminate(id)
        #expect(await failure { () throws(BlobError) in try await store.write([1], at: 1, by: turn) } == .takenOver(id))
        #expect(await failure { () throws(BlobError) in try await store.terminate(id) } == .unknownUpload(id))
        #expect(try HostBlobDisk(directory: place.path + "/blobs").names(in: "uploads") == [])
    }
}
