import FaultDisk
import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import Synchronization
import Testing

/// Expiry, orphans, eviction, room on the disk, and the scrub's cursor.
struct CareTests {
    private let disk = FaultDisk(seed: 1)
    private let bytes = Samples.bytes(1000)

    private func store() throws -> FileBlobStore { try FileBlobStore(disk: FaultBlobDisk(disk)) }

    // MARK: Expiry

    @Test func `an upload expires after its time, and is remembered as expired for a while`() async throws {
        let store = try store()
        var request = Samples.request(bytes)
        request.lifetime = 1000
        let id = try await store.create(request)
        try await store.send(bytes, to: id, upTo: 10)
        try await store.rest(for: 600)
        // More bytes give more time.
        try await store.send(bytes, to: id, upTo: 20)
        try await store.rest(for: 999)
        #expect(try await self.store().status(of: id).remaining == 1)
        let turn = try await store.begin(id, at: 20, checksum: nil)
        try await store.rest(for: 1)
        let late = await failure { () throws(BlobError) in try await store.write([1], at: 20, by: turn) }
        #expect(late == .takenOver(id))
        #expect(disk.bytes(of: "blobs/uploads/\(id).part") == nil)
        for store in [store, try self.store()] {
            let expired = await failure { () throws(BlobError) in try await store.status(of: id) }
            #expect(expired == .expired(id))
            #expect(await failure { () throws(BlobError) in try await store.begin(id, at: 20, checksum: nil) }
                == .expired(id))
            #expect(await store.statistics().uploads == 0)
        }
        let later = try self.store()
        try await later.rest(for: Limits.endedUploadMemory)
        #expect(await failure { () throws(BlobError) in try await later.status(of: id) } == .unknownUpload(id))
        #expect(disk.fileNames == ["blobs/care"])
    }

    // MARK: Orphans and eviction

    @Test func `a blob that no report names is removed after a day of running time`() async throws {
        let store = try store()
        var hashes: [Hash256] = []
        for seed in 1...3 as ClosedRange<UInt64> { hashes.append(try await store.put(Samples.bytes(100, seed: seed))) }
        try await store.rest(for: Limits.orphanAge - 1)
        let attached = hashes[0]
        #expect(try await store.removeOrphans { _ in [attached] } == BlobRemovals())
        #expect(try await store.keep(hashes[1]))
        try await store.rest(for: 1)
        #expect(try await self.store().removeOrphans { _ in [attached] }.bytes == 100)
        let later = try self.store()
        for (index, size) in ([100, 100, nil] as [UInt64?]).enumerated() {
            #expect(try await later.size(of: hashes[index]) == size, "\(index)")
        }
        #expect(try await !later.keep(hashes[2]))
        #expect(await later.statistics().blobs == 2)
    }

    @Test func `a blob that is attached or stored again meanwhile is not removed`() async throws {
        let store = try store()
        let (first, second) = (Samples.bytes(100, seed: 1), Samples.bytes(100, seed: 2))
        let hashes = [try await store.put(first), try await store.put(second)]
        try await store.rest(for: Limits.orphanAge)
        let removals = try await store.removeOrphans { asked in
            for hash in asked {
                if hash == hashes[0] { _ = try? await store.keep(hash) } else { _ = try? await store.put(second) }
            }
            return []
        }
        #expect(removals.blobs == 0)
        for hash in hashes { #expect(try await store.size(of: hash) == 100) }
    }

    @Test func `old blobs with a receipt are evicted, oldest first, and never one without`() async throws {
        let store = try store()
        var hashes: [Hash256] = []
        for seed in 1...6 as ClosedRange<UInt64> {
            hashes.append(try await store.put(Samples.bytes(10_000, seed: seed)))
            try await store.rest(for: 100)
        }
        let receipted = Set(hashes).subtracting([hashes[0], hashes[3]])
        func evict(_ age: UInt64, free: UInt64 = 0) async throws -> Int {
            try await store.evict(BlobEviction(age: age, freeBytes: free)) { asked in receipted.intersection(asked) }
                .blobs
        }
        #expect(try await evict(500) == 1)
        #expect(try await store.size(of: hashes[1]) == nil)
        // Each removal frees a little more than 10,000 bytes.
        disk.capacityBytes = disk.usedBytes
        #expect(try await evict(.max, free: 11_000) == 2)
        for (index, isHeld) in [true, false, false, true, false, true].enumerated() {
            #expect(try await (store.size(of: hashes[index]) != nil) == isHeld, "\(index)")
        }
        #expect(try await evict(0, free: .max) == 1)
        #expect(try await evict(0, free: .max) == 0)
        let statistics = await store.statistics()
        #expect(statistics.blobs == 2 && statistics.bytes == 20_000)
    }

    // MARK: Room

    @Test func `when the disk is nearly full, nothing more is taken, and what is held stays`() async throws {
        let store = try store()
        let id = try await store.create(Samples.request(bytes))
        let turn = try await store.begin(id, at: 0, checksum: nil)
        try await store.write(Array(bytes[..<100]), at: 0, by: turn)
        disk.capacityBytes = disk.usedBytes + Limits.photosFreeBytes - 1
        let refusal = BlobError.noRoom(.photosRefused)
        let (request, hash) = (Samples.request(bytes), Hash256(hashing: bytes))
        #expect(await failure { () throws(BlobError) in try await store.create(request) } == refusal)
        #expect(await failure { () throws(BlobError) in try await store.fetch(hash, request) } == refusal)
        #expect(await failure { () throws(BlobError) in try await store.write([1], at: 100, by: turn) } == refusal)
        #expect(try await store.end(turn).offset == 100)
        #expect(await failure { () throws(BlobError) in try await store.begin(id, at: 100, checksum: nil) } == refusal)
        #expect(try await store.status(of: id).offset == 100)
        disk.capacityBytes = disk.usedBytes + Limits.photosFreeBytes + 50_000
        // Its bytes would not leave enough.
        let large = UploadRequest(length: 60_000, mediaType: "", limit: 100_000)
        #expect(await failure { () throws(BlobError) in try await store.create(large) } == refusal)
        #expect(try await store.send(bytes, to: id).blob == hash)
        #expect(store.failure == nil)
    }

    @Test func `no more uploads are active, or kept, than may be`() async throws {
        let store = try store()
        var turns: [UploadTurn] = []
        for _ in 0..<Limits.activeUploads {
            turns.append(try await store.begin(store.create(Samples.request(bytes)), at: 0, checksum: nil))
        }
        let id = try await store.create(Samples.request(bytes))
        #expect(await failure { () throws(BlobError) in try await store.begin(id, at: 0, checksum: nil) } == .busy)
        _ = try await store.end(turns[5])
        #expect(try await store.send(bytes, to: id).blob != nil)
        for _ in Limits.activeUploads + 1..<Limits.keptUploads { _ = try await store.create(Samples.request(bytes)) }
        // The one that ended makes room for another one.
        let last = try await store.create(Samples.request(bytes))
        #expect(await failure { () throws(BlobError) in try await store.status(of: id) } == .unknownUpload(id))
        let request = Samples.request(bytes)
        #expect(await failure { () throws(BlobError) in try await store.create(request) } == .busy)
        try await store.terminate(last)
        _ = try await store.create(request)
    }

    // MARK: Scrub

    @Test func `a scrub goes on after a restart where it stood`() async throws {
        var store = try store()
        for seed in 1...20 as ClosedRange<UInt64> { try await store.put(Samples.bytes(150_000, seed: seed)) }
        #expect(await store.scrubCursor() == .start)
        var (cursor, blobs, bytes, steps) = (await store.scrubCursor(), 0, UInt64(0), 0)
        while true {
            let step = try await store.scrub(cursor, bytes: 70_000)
            #expect(step.bytes <= 131_072)
            (blobs, bytes, steps) = (blobs + step.blobs, bytes + step.bytes, steps + 1)
            guard let next = step.next else { break }
            try await store.keep(next)
            if steps % 16 == 0 { store = try self.store() }
            cursor = await store.scrubCursor()
            #expect(cursor == next)
        }
        #expect(blobs == 20 && bytes == 20 * 150_000 && steps > 40)
    }
}
