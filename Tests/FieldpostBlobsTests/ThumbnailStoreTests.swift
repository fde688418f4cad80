import FaultDisk
import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import TestKit
import Testing

/// Thumbnails on disk: kept over restarts, checked, and bounded.
struct ThumbnailStoreTests {
    private let disk = FaultDisk(seed: 1)

    private func store(limit: UInt64 = Limits.keptThumbnailBytes) -> FileThumbnailStore {
        FileThumbnailStore(disk: FaultBlobDisk(disk), limit: limit)
    }

    private static func photo(_ number: Int) -> Hash256 { Hash256(hashing: [UInt8(number >> 8), UInt8(number & 255)]) }

    private static func thumbnail(
        _ number: Int, bytes: Int = 15_000, _ source: KeptThumbnail.Source = .made
    ) -> KeptThumbnail {
        KeptThumbnail(bytes: Samples.bytes(bytes, seed: UInt64(number)), source: source)
    }

    private func path(_ photo: Hash256) -> String { "blobs/\(photo.hex)" }

    @Test func `thumbnails are there after a restart, with who made them, and each has the latest bytes`() async throws
    {
        let first = store()
        for (number, bytes) in [1, 100, 24 * 1024].enumerated() {
            await first.keep(Self.thumbnail(number, bytes: bytes, .received), of: Self.photo(number))
        }
        // Shorter than what was there.
        await first.keep(Self.thumbnail(7, bytes: 50), of: Self.photo(2))
        for store in [first, store()] {
            #expect(await store.thumbnail(of: Self.photo(0)) == Self.thumbnail(0, bytes: 1, .received))
            #expect(await store.thumbnail(of: Self.photo(1)) == Self.thumbnail(1, bytes: 100, .received))
            #expect(await store.thumbnail(of: Self.photo(2)) == Self.thumbnail(7, bytes: 50))
            #expect(await store.thumbnail(of: Self.photo(3)) == nil)
            let sizes = disk.fileNames.compactMap { disk.size(of: $0) }
            #expect(await store.statistics() == (3, UInt64(sizes.reduce(0, +))))
        }
    }

    @Test func `one flipped bit anywhere, or a cut at any place, removes a thumbnail, and another one can be kept`()
        async throws
    {
        let (photo, kept) = (Self.photo(1), Self.thumbnail(1, bytes: 60))
        await store().keep(kept, of: photo)
        let whole = try #require(disk.bytes(of: path(photo)))
        for byte in 0..<whole.count {
            for isCut in [false, true] {
                disk.place(whole, as: path(photo))
                if isCut {
                    disk.truncate(file: path(photo), to: byte)
                } else {
                    disk.flipBit(file: path(photo), bit: 8 * byte + byte % 8)
                }
                let store = store()
                #expect(await store.thumbnail(of: photo) == nil, "byte \(byte)")
                #expect(disk.size(of: path(photo)) == nil)
                #expect(await store.statistics() == (0, 0))
                await store.keep(kept, of: photo)
                #expect(await store.thumbnail(of: photo) == kept)
            }
        }
        disk.place(whole + [0], as: path(photo))
        #expect(await store().thumbnail(of: photo) == nil)
        // The file of one photo under the name of another.
        disk.place(whole, as: path(Self.photo(2)))
        #expect(await store().thumbnail(of: Self.photo(2)) == nil)
    }

    @Test func `what was used longest ago makes room, first of all what was not used since the start`() async throws {
        let limit: UInt64 = 300_000
        let early = store(limit: limit)
        for number in 0..<18 { await early.keep(Self.thumbnail(number), of: Self.photo(number)) }
        let store = store(limit: limit)
        for number in [3, 5] { #expect(await store.thumbnail(of: Self.photo(number)) != nil) }
        for number in 100..<112 {
            await store.keep(Self.thumbnail(number), of: Self.photo(number))
            #expect(await store.statistics().bytes <= limit)
            #expect(await store.thumbnail(of: Self.photo(3)) != nil)
        }
        // All of the earlier ones but the two are gone before any of the later ones.
        for number in 100..<112 { #expect(await store.thumbnail(of: Self.photo(number)) != nil) }
        var left = 0
        for number in 0..<18 where await store.thumbnail(of: Self.photo(number)) != nil { left += 1 }
        #expect((2...8).contains(left))
        #expect(await store.thumbnail(of: Self.photo(5)) != nil)
        #expect(disk.fileNames.count == 12 + left)
    }

    @Test func `a thumbnail goes when no report named its photo for a day, and not before`() async throws {
        let store = store()
        let count = 600
        for number in 0..<count { await store.keep(Self.thumbnail(number, bytes: 40), of: Self.photo(number)) }
        let named = Set((0..<count).filter { $0 % 3 == 0 }.map(Self.photo))
        let late = Self.photo(1)
        let calls = Int(Limits.orphanAge / (Limits.restSeconds * 1000))
        for call in 1..<calls {
            // Once in between, a report names it.
            let removed = await store.removeOrphans { asked in
                named.union(call == 9 ? [late] : []).intersection(asked)
            }
            #expect(removed == 0)
        }
        #expect(await store.removeOrphans { named.intersection($0) } == count - named.count - 1)
        #expect(await store.statistics().thumbnails == named.count + 1)
        #expect(await store.thumbnail(of: late) != nil)
        #expect(disk.fileNames.count == named.count + 1)
    }

    @Test func `a nearly full disk keeps none, and no fault of the disk stops the store or gives wrong bytes`()
        async throws
    {
        let small = FaultDisk(seed: 1, capacityBytes: Limits.photosFreeBytes - 1)
        let refusing = FileThumbnailStore(disk: FaultBlobDisk(small))
        await refusing.keep(Self.thumbnail(1), of: Self.photo(1))
        #expect(small.fileNames == [])
        #expect(await refusing.thumbnail(of: Self.photo(1)) == nil)
        var faults = 0
        for call in 1...40 {
            let disk = FaultDisk(seed: UInt64(call))
            disk.fail([.open, .read, .write, .truncate, .delete, .size, .access], atCall: call, with: .ioError)
            let store = FileThumbnailStore(disk: FaultBlobDisk(disk))
            for round in 0..<2 {
                for number in 0..<4 {
                    await store.keep(Self.thumbnail(number + round), of: Self.photo(number))
                    let back = await store.thumbnail(of: Self.photo(number))
                    #expect(back == nil || back == Self.thumbnail(number + round), "call \(call)")
                }
            }
            faults += disk.faultsMet
            let again = FileThumbnailStore(disk: FaultBlobDisk(disk))
            for number in 0..<4 {
                let back = await again.thumbnail(of: Self.photo(number))
                #expect(back == nil || back == Self.thumbnail(number + 1), "call \(call)")
            }
        }
        #expect(faults > 20)
    }

    @Test func `a file that is torn by a power cut is never given`() async throws {
        for seed in 1...30 {
            let disk = FaultDisk(seed: UInt64(seed))
            let store = FileThumbnailStore(disk: FaultBlobDisk(disk))
            for number in 0..<6 { await store.keep(Self.thumbnail(number), of: Self.photo(number % 3)) }
            disk.cutPower(.random)
            let again = FileThumbnailStore(disk: FaultBlobDisk(disk))
            for number in 0..<3 {
                let back = await again.thumbnail(of: Self.photo(number))
                #expect(back == nil || back == Self.thumbnail(number) || back == Self.thumbnail(number + 3))
            }
        }
    }

    @Test func `on real files, a thumbnail is no blob, and its file is for its owner alone`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let blobs = try FileBlobStore(directory: place)
        let store = FileThumbnailStore(disk: HostBlobDisk(directory: place.path + "/thumbnails"))
        let photo = try await blobs.put(Samples.bytes(100_000))
        await store.keep(Self.thumbnail(1), of: photo)
        // The photo leaves, and its thumbnail stays.
        let removed = try await blobs.evict(BlobEviction(age: 0, freeBytes: 0)) { Set($0) }
        #expect(removed.blobs == 1)
        #expect(await store.thumbnail(of: photo) == Self.thumbnail(1))
        #expect(await blobs.statistics().blobs == 0)
        let mode = try Tool.shell("stat -c %a thumbnails thumbnails/*", in: place.path).text
        #expect(mode == "700\n600\n")
    }
}
