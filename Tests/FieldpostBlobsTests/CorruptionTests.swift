import FaultDisk
import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import Testing

/// One flipped bit anywhere in the files of blobs and uploads.
struct CorruptionTests {
    private let disk = FaultDisk(seed: 1)
    private let bytes = Samples.bytes(200_000)
    private let hash: Hash256

    init() { hash = Hash256(hashing: bytes) }

    private func store() throws -> FileBlobStore { try FileBlobStore(disk: FaultBlobDisk(disk)) }

    private func path(_ hash: Hash256) -> String { "blobs/\(hash.hex.prefix(2))/\(hash.hex.dropFirst(2))" }

    @Test(arguments: [0, 1, 65_535, 65_536, 131_072, 196_607, 196_608, 199_999])
    func `a corrupt blob is never read out: it is set aside, and whole when it comes again`(byte: Int) async throws {
        let store = try store()
        try await store.put(bytes)
        disk.flipBit(file: path(hash), bit: 8 * byte + byte % 8)
        let chunk = UInt64(byte / 65_536 * 65_536)
        // What is not corrupt may be read. The rest is told.
        for start in stride(from: UInt64(0), to: 200_000, by: 65_536) where start != chunk {
            let range = start..<min(start + 65_536, 200_000)
            #expect(try await store.read(hash, range) == Array(bytes[Int(start)..<Int(range.upperBound)]))
        }
        #expect(await failure { () throws(BlobError) in try await store.read(hash, chunk..<chunk + 1) } == .lost(hash))
        for store in [store, try self.store()] {
            #expect(await failure { () throws(BlobError) in try await store.size(of: hash) } == .lost(hash))
            #expect(try await store.lost(after: .zero, limit: 10) == [hash])
            let statistics = await store.statistics()
            #expect(statistics.lost == 1 && statistics.blobs == 0 && statistics.bytes == 0)
        }
        #expect(disk.bytes(of: "blobs/corrupt/\(hash.hex)")?.count == 200_000)
        let later = try self.store()
        try await later.put(bytes)
        #expect(try await later.content(hash) == bytes)
        #expect(await later.statistics().lost == 0 && disk.bytes(of: "blobs/corrupt/\(hash.hex)") == nil)
        #expect(try await self.store().lost(after: .zero, limit: 10) == [])
    }

    @Test func `a blob that was cut short or grew is lost, also at the border of a chunk`() async throws {
        for size in [0, 1, 65_536, 131_072, 199_999, 200_001, 262_144] {
            try await store().put(bytes)
            disk.truncate(file: path(hash), to: size)
            let store = try store()
            #expect(await failure { () throws(BlobError) in try await store.content(hash) } == .lost(hash), "\(size)")
            #expect(await store.statistics().bytes == 0)
        }
    }

    @Test func `damaged chunk hashes are made again from the blob`() async throws {
        try await store().put(bytes)
        let beside = path(hash) + ".chunks"
        let whole = try #require(disk.bytes(of: beside))
        #expect(whole.count == 32 + 4 * 32)
        for byte in 0..<whole.count {
            disk.flipBit(file: beside, bit: 8 * byte + byte % 8)
            let store = try store()
            #expect(try await store.content(hash) == bytes, "byte \(byte)")
            #expect(disk.bytes(of: beside) == whole, "byte \(byte)")
        }
        for damage in [nil, [], Array(whole.prefix(31)), Array(whole.prefix(100))] as [[UInt8]?] {
            disk.place(damage, as: beside)
            #expect(try await store().content(hash) == bytes)
            #expect(disk.bytes(of: beside) == whole)
        }
        #expect(try await store().lost(after: .zero, limit: 10) == [])
    }

    @Test func `the scrub finds every flipped bit`() async throws {
        var hashes: [Hash256] = []
        let store = try store()
        for seed in 1...12 as ClosedRange<UInt64> {
            hashes.append(try await store.put(Samples.bytes(90_000, seed: seed)))
        }
        #expect(try await store.scrubAll().blobs == 12)
        disk.flipBit(file: path(hashes[3]), bit: 8 * 70_000)
        disk.flipBit(file: path(hashes[7]), bit: 0)
        disk.flipBit(file: path(hashes[9]) + ".chunks", bit: 300)
        let found = try await store.scrubAll()
        #expect(Set(found.lost) == [hashes[3], hashes[7]])
        #expect(Set(try await store.lost(after: .zero, limit: 10)) == [hashes[3], hashes[7]])
        #expect(try await store.scrubAll().blobs == 10)
    }

    @Test func `a damaged record costs at most what came since the one before, and is told`() async throws {
        let first = try store()
        let id = try await first.create(Samples.request(bytes))
        for end in [50_000, 100_000, 150_000] { try await first.send(bytes, to: id, upTo: end) }
        let whole = disk.snapshot()
        let record = try #require(whole.files.keys.first { $0.hasSuffix(".upload") })
        var offsets: Set<UInt64> = []
        for byte in stride(from: 0, to: 4096, by: 13) {
            disk.restore(whole)
            disk.flipBit(file: record, bit: 8 * byte + byte % 8)
            let store = try store()
            let status = try await store.status(of: id)
            offsets.insert(status.offset)
            if byte % 52 == 0 { #expect(try await store.send(bytes, to: id).blob == hash, "byte \(byte)") }
        }
        #expect(offsets == [100_000, 150_000])
        disk.restore(whole)
        for byte in [20, 2068] { disk.flipBit(file: record, bit: 8 * byte) }
        let store = try store()
        #expect(await failure { () throws(BlobError) in try await store.status(of: id) } == .unknownUpload(id))
        #expect(await store.statistics().discardedUploads == 1)
        #expect(disk.fileNames.filter { $0.contains("uploads") } == [])
    }

    @Test(arguments: [false, true]) func `what is held of an upload and became corrupt is never stored`(
        isReopened: Bool
    ) async throws {
        for isDeclared in [false, true] {
            var store = try store()
            let id = try await store.create(Samples.request(bytes, hash: isDeclared ? hash : nil))
            try await store.send(bytes, to: id, upTo: 150_000)
            disk.flipBit(file: "blobs/uploads/\(id).part", bit: 80_000)
            if isReopened { store = try self.store() }
            let later = store
            let error = await failure { () throws(BlobError) in try await later.send(bytes, to: id) }
            var damaged = bytes
            damaged[10_000] ^= 1
            let found = Hash256(hashing: damaged)
            #expect(error == (isDeclared ? .wrongHash(declared: hash, found: found) : .uploadDamaged(id)))
            #expect(await failure { () throws(BlobError) in try await later.status(of: id) } == .unknownUpload(id))
            #expect(await later.statistics().blobs == 0)
        }
    }

    @Test func `an upload whose part is gone or cut short is discarded`() async throws {
        for size in [nil, 0, 149_999] as [Int?] {
            let first = try store()
            let id = try await first.create(Samples.request(bytes))
            try await first.send(bytes, to: id, upTo: 150_000)
            let part = "blobs/uploads/\(id).part"
            if let size { disk.truncate(file: part, to: size) } else { disk.place(nil, as: part) }
            let store = try store()
            #expect(await store.statistics().discardedUploads == 1)
            #expect(await failure { () throws(BlobError) in try await store.status(of: id) } == .unknownUpload(id))
        }
    }

    @Test func `after a damage to the running time nothing is removed too early`() async throws {
        let store = try store()
        try await store.rest(for: 1000)
        try await store.put(bytes)
        try await store.rest(for: Limits.orphanAge - 1)
        let whole = disk.snapshot()
        for byte in stride(from: 0, to: 4096, by: 13) {
            disk.restore(whole)
            disk.flipBit(file: "blobs/care", bit: 8 * byte + byte % 8)
            let removals = try await self.store().removeOrphans { _ in [] }
            #expect(removals.blobs == 0, "byte \(byte)")
        }
        disk.place(nil, as: "blobs/care")
        let later = try self.store()
        #expect(try await later.removeOrphans { _ in [] }.blobs == 0)
        try await later.rest(for: Limits.orphanAge)
        #expect(try await later.removeOrphans { _ in [] }.blobs == 1)
    }
}
