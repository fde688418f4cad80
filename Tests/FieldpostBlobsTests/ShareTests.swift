import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import TestKit
import Testing

/// Whose uploads are whose, and how many each client may have.
struct ShareTests {
    private let place: TemporaryDirectory
    private let store: FileBlobStore
    private let bytes = Samples.bytes(1_000)

    init() throws {
        place = try TemporaryDirectory()
        store = try FileBlobStore(directory: place)
    }

    private func create(_ owner: String) async throws(BlobError) -> UploadID {
        var request = Samples.request(bytes)
        request.owner = owner
        return try await store.create(request)
    }

    @Test func `an upload is unknown to others, also after a restart`() async throws {
        let id = try await create("terminal a")
        try await store.send(bytes, to: id, upTo: 100)
        for store in [store, try FileBlobStore(directory: place)] {
            #expect(try await store.status(of: id, by: "terminal a").offset == 100)
            #expect(try await store.status(of: id, by: nil).offset == 100)
            let others = [
                await failure { () async throws(BlobError) in try await store.status(of: id, by: "terminal b") } != nil,
                await failure { () async throws(BlobError) in
                    try await store.begin(id, by: "terminal b", at: 100, checksum: nil)
                } == .unknownUpload(id),
                await failure { () async throws(BlobError) in
                    try await store.terminate(id, by: "terminal b")
                } == .unknownUpload(id),
            ]
            #expect(others == [true, true, true])
        }
        let blob = try await store.send(bytes, to: id).blob
        let hash = try #require(blob)
        #expect(await store.brought(hash, by: "terminal a"))
        #expect(await !store.brought(hash, by: "terminal b"))
    }

    @Test func `a client with too many idle uploads loses its oldest, and nobody else any`() async throws {
        let quiet = try await create("terminal b")
        let first = try await create("terminal a")
        // The second was continued last.
        try await store.rest(for: 10)
        try await store.send(bytes, to: first, upTo: 100)
        var others: [UploadID] = []
        for _ in 1..<Limits.ownUploads { others.append(try await create("terminal a")) }
        try await store.rest(for: 10)
        #expect(try await store.status(of: others[0]).offset == 0)
        _ = try await create("terminal a")
        #expect(try await store.status(of: first).offset == 100)
        let ended = await count(of: others) { $0 == .expired($1) }
        #expect(ended == 1)
        #expect(try await store.status(of: quiet).offset == 0)
    }

    @Test func `many clients with idle uploads keep nobody out`() async throws {
        for owner in 0..<Limits.keptUploads / Limits.ownUploads {
            for _ in 0..<Limits.ownUploads { _ = try await create("terminal \(owner)") }
        }
        #expect(await store.statistics().uploads == Limits.keptUploads)
        let late = try await create("terminal late")
        #expect(try await store.send(bytes, to: late).blob == Hash256(hashing: bytes))
        #expect(await store.statistics().uploads < Limits.keptUploads)
    }

    @Test func `one client cannot take all turns`() async throws {
        for _ in 0..<Limits.ownActiveUploads {
            _ = try await store.begin(create("terminal a"), at: 0, checksum: nil)
        }
        let more = try await create("terminal a")
        let refusal = await failure { () async throws(BlobError) in
            try await store.begin(more, at: 0, checksum: nil)
        }
        #expect(refusal == .busy)
        #expect(try await store.send(bytes, to: create("terminal b")).blob != nil)
    }

    private func count(of uploads: [UploadID], where matches: (BlobError, UploadID) -> Bool) async -> Int {
        var count = 0
        for id in uploads {
            let error = await failure { () async throws(BlobError) in try await store.status(of: id) }
            if let error, matches(error, id) { count += 1 }
        }
        return count
    }

    @Test func `an upload whose length was not known ends where its bytes end`() async throws {
        var request = Samples.request(bytes)
        request.length = 50_000
        let turn = try await store.begin(store.create(request), at: 0, checksum: nil)
        try await store.write(bytes, at: 0, by: turn)
        let status = try await store.finish(turn)
        #expect(status.blob == Hash256(hashing: bytes) && status.length == UInt64(bytes.count))
        #expect(try await store.content(Hash256(hashing: bytes)) == bytes)
        let empty = try await store.begin(store.create(request), at: 0, checksum: nil)
        let refusal = await failure { () async throws(BlobError) in try await store.finish(empty) }
        #expect(refusal == .empty)
        #expect(await store.statistics().uploads == 0)
    }

    @Test func `a parser reads any part of a blob, and never corrupt bytes`() async throws {
        let bytes = Samples.bytes(200_000)
        let hash = try await store.put(bytes)
        let parts = try await store.inspect(hash) { content throws(BlobError) in
            (content.byteCount, try content.read(at: 65_530, count: 20), try content.read(at: 199_990, count: 20))
        }
        #expect(parts.0 == 200_000 && parts.1 == Array(bytes[65_530..<65_550]) && parts.2 == Array(bytes[199_990...]))
        let disk = HostBlobDisk(directory: place.path + "/blobs")
        let path = "\(hash.hex.prefix(2))/\(hash.hex.dropFirst(2))"
        try disk.create(path).write([bytes[70_000] ^ 1], at: 70_000)
        let start = try await store.inspect(hash) { content throws(BlobError) in try content.read(at: 0, count: 5) }
        #expect(start == Array(bytes[..<5]))
        let error = await failure { () async throws(BlobError) in
            try await store.inspect(hash) { content throws(BlobError) in try content.read(at: 70_000, count: 5) }
        }
        #expect(error == .lost(hash))
        #expect(try await store.lost(after: .zero, limit: 9) == [hash])
        let missing = await failure { () async throws(BlobError) in
            try await store.inspect(.zero) { content throws(BlobError) in content.byteCount }
        }
        #expect(missing == .notHeld(.zero))
    }

    @Test func `a store that closes keeps what came, and takes no more`() async throws {
        let id = try await store.create(Samples.request(bytes))
        let turn = try await store.begin(id, at: 0, checksum: nil)
        try await store.write(Array(bytes[..<500]), at: 0, by: turn)
        try await store.close()
        try await store.close()
        #expect(store.failure != nil)
        #expect(try await FileBlobStore(directory: place).status(of: id).offset == 500)
    }
}
