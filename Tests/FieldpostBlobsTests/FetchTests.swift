import FaultDisk
import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import TestKit
import Testing

/// Uploads whose bytes come by ranges, in real files.
struct FetchTests {
    private let place: TemporaryDirectory
    private let store: FileBlobStore
    private let bytes = Samples.bytes(1_000_000)
    private let hash: Hash256

    init() throws {
        place = try TemporaryDirectory()
        store = try FileBlobStore(directory: place)
        hash = Hash256(hashing: bytes)
    }

    private func begin(_ store: FileBlobStore) async throws -> UploadTurn {
        try #require(try await store.fetch(hash, Samples.request(bytes)))
    }

    private func write(_ range: Range<Int>, by turn: UploadTurn, to store: FileBlobStore) async throws {
        try await store.write(Array(bytes[range]), at: UInt64(range.lowerBound), by: turn)
    }

    @Test func `what is on its way is told, and no other upload`() async throws {
        #expect(await store.arriving(hash) == nil)
        let turn = try await begin(store)
        #expect(await store.arriving(hash) == 0)
        try await write(60_000..<100_000, by: turn, to: store)
        _ = try await store.end(turn)
        for store in [store, try FileBlobStore(directory: place)] { #expect(await store.arriving(hash) == 40_000) }
        try await store.put(bytes)
        let again = try await store.fetch(hash, Samples.request(bytes))
        #expect(again == nil)
        let other = Samples.bytes(1_000, seed: 9)
        _ = try await store.create(Samples.request(other, hash: Hash256(hashing: other)))
        #expect(await store.arriving(Hash256(hashing: other)) == nil)
    }

    @Test func `blobs become durable together, and what is wrong with one is not with the others`() async throws {
        let others = (1...3).map { Samples.bytes(50_000, seed: $0) }
        var turns = [try await begin(store)]
        try await write(0..<60_000, by: turns[0], to: store)
        for (number, other) in others.enumerated() {
            let turn = try #require(try await store.fetch(Hash256(hashing: other), Samples.request(other)))
            let bytes = number == 1 ? Samples.bytes(50_000, seed: 99) : other
            let errors = await store.write([
                UploadPiece(bytes: Array(bytes[..<20_000]), offset: 0, turn: turn),
                UploadPiece(bytes: Array(bytes[20_000...]), offset: 20_000, turn: turn),
                UploadPiece(bytes: [1], offset: 50_000, turn: turn),
            ])
            #expect(errors == [nil, nil, .tooLong(declared: 50_000)])
            turns.append(turn)
        }
        let results = await store.end(turns + [turns[0]])
        #expect(results[0].map(\.offset) == .success(60_000))
        #expect(results[1].map(\.blob) == .success(Hash256(hashing: others[0])))
        #expect(results[2].map(\.blob) == .failure(.wrongHash(
            declared: Hash256(hashing: others[1]), found: Hash256(hashing: Samples.bytes(50_000, seed: 99)))))
        #expect(results[3].map(\.blob) == .success(Hash256(hashing: others[2])))
        #expect(results[4].map(\.blob) == .failure(.takenOver(turns[0].upload)))
        #expect(await store.statistics().blobs == 2)
        let again = try FileBlobStore(directory: place)
        #expect(try await again.read(Hash256(hashing: others[2]), 0..<50_000) == others[2])
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `ranges that come out of order, twice and over restarts make the whole`(seed: UInt64) async throws {
        var random = Randomness(seed: seed)
        var store = store
        var turn = try await begin(store)
        while try await store.progress(of: turn).held.count < 1_000_000 {
            let held = try await store.progress(of: turn).held
            for _ in 0..<12 {
                let gap = held.missing(in: 0..<1_000_000).randomElement(using: &random) ?? 0..<1
                let start = UInt64.random(in: gap, using: &random)
                let length = UInt64.random(in: 1...65_536, using: &random)
                let range = Int(start)..<Int(min(start + length, 1_000_000))
                do throws(BlobError) {
                    try await store.write(Array(bytes[range]), at: start, by: turn)
                } catch {
                    #expect(error == .tooScattered)
                }
            }
            let status = try await store.end(turn)
            if status.blob != nil { break }
            if Bool.random(using: &random) { store = try FileBlobStore(directory: place) }
            let before = status.held
            turn = try await begin(store)
            #expect(try await store.progress(of: turn).held == before)
        }
        #expect(try await store.content(hash) == bytes)
        #expect(try await store.fetch(hash, Samples.request(bytes)) == nil)
        let statistics = await store.statistics()
        #expect(statistics.uploads == 0 && statistics.bytes == 1_000_000)
    }

    @Test func `another peer waits while bytes come from one, and takes over when none come`() async throws {
        let first = try await begin(store)
        let other = { [hash, bytes] () async throws(BlobError) in
            try await self.store.fetch(hash, Samples.request(bytes, hash: hash))
        }
        try await write(0..<50_000, by: first, to: store)
        for _ in 0..<Limits.fetchTries { #expect(await failure(other) == .busy) }
        try await write(50_000..<100_000, by: first, to: store)
        for _ in 1..<Limits.fetchTries { #expect(await failure(other) == .busy) }
        try await write(100_000..<100_100, by: first, to: store)
        // Also one that says something else of its length.
        let short = UploadRequest(length: 10, mediaType: "", limit: 100)
        #expect(
            await failure { () throws(BlobError) in try await self.store.fetch(self.hash, short) } == .busy)
        // What comes now and then does not count.
        let second = try #require(try await other())
        #expect(try await store.progress(of: second).offset == 100_100)
        let error = await failure { () throws(BlobError) in
            try await store.write([1], at: 100_100, by: first)
        }
        #expect(error == .takenOver(first.upload))
        for start in stride(from: 100_100, to: bytes.count, by: 60_000) {
            try await write(start..<min(start + 60_000, bytes.count), by: second, to: store)
        }
        #expect(try await store.end(second).blob == hash)
    }

    @Test func `what is not synced is not held after a crash, wherever it is`() async throws {
        let turn = try await begin(store)
        try await write(100_000..<150_000, by: turn, to: store)
        try await write(900_000..<950_000, by: turn, to: store)
        _ = try await store.end(turn)
        let second = try await begin(store)
        try await write(0..<50_000, by: second, to: store)
        try await write(950_000..<1_000_000, by: second, to: store)
        let later = try FileBlobStore(directory: place)
        let third = try await begin(later)
        #expect(try await later.progress(of: third).held.ranges == [100_000..<150_000, 900_000..<950_000])
    }

    @Test func `no more gaps are taken than an upload may have`() async throws {
        let turn = try await begin(store)
        for index in 0..<Limits.blobRanges { try await write(index * 10..<index * 10 + 1, by: turn, to: store) }
        let far = Limits.blobRanges * 10
        #expect(
            await failure { () throws(BlobError) in try await store.write([1], at: UInt64(far), by: turn) }
                == .tooScattered)
        // What closes a gap is taken.
        try await write(0..<20, by: turn, to: store)
        try await write(far..<far + 1, by: turn, to: store)
        #expect(try await store.end(turn).held.ranges.count == Limits.blobRanges - 1)
        let later = try FileBlobStore(directory: place)
        #expect(try await later.progress(of: begin(later)).held.ranges.count == Limits.blobRanges - 1)
    }

    @Test func `another length begins again, and a wrong hash leaves nothing behind`() async throws {
        let turn = try await begin(store)
        try await write(0..<60_000, by: turn, to: store)
        _ = try await store.end(turn)
        let short = UploadRequest(length: 10, mediaType: "", limit: 100)
        let second = try #require(try await store.fetch(hash, short))
        #expect(try await store.progress(of: second).held.isEmpty)
        #expect(
            await failure { () throws(BlobError) in try await store.write([1], at: 0, by: turn) }
                == .takenOver(turn.upload))
        try await store.write(Array(bytes[..<10]), at: 0, by: second)
        let error = await failure { () throws(BlobError) in try await store.end(second) }
        #expect(error == .wrongHash(declared: hash, found: Hash256(hashing: Array(bytes[..<10]))))
        #expect(await store.statistics().uploads == 0)
        #expect(try HostBlobDisk(directory: place.path + "/blobs").names(in: "uploads") == [])
    }
}
