import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import TestKit
import Testing

/// Death at each call, and many uploads at once, in real files.
struct RealFileTests {
    private static let clip = Samples.bytes(1_500_000, seed: 1)
    private static let photo = Samples.bytes(150_000, seed: 2)

    /// What a store had reported when it died.
    private struct Reports {
        var id: UploadID?
        var held: UInt64 = 0
        var stored: Set<Hash256> = []

        mutating func note(_ status: UploadStatus) {
            id = status.id
            held = status.offset
            if let blob = status.blob { stored.insert(blob) }
        }
    }

    private static func work(_ store: FileBlobStore, _ reports: inout Reports) async throws {
        let id = try await store.create(Samples.request(clip))
        reports.note(try await store.end(store.begin(id, at: 0, checksum: nil)))
        for end in [200_000, 1_400_000] { reports.note(try await store.send(clip, to: id, upTo: end)) }
        reports.stored.insert(try await store.put(photo))
        reports.note(try await store.send(clip, to: id))
        reports.stored.insert(try await store.put(photo))
        try await store.rest(for: Limits.orphanAge)
    }

    @Test func `a store that dies at any call goes on in the same files with all that it reported`() async throws {
        for death in 1... {
            let place = try TemporaryDirectory()
            let host = HostBlobDisk(directory: place.path + "/blobs")
            let disk = ObservedDisk(host, deathAt: death)
            var reports = Reports()
            do {
                let store = try FileBlobStore(disk: disk)
                try await Self.work(store, &reports)
            } catch {
                #expect(disk.isDead, "\(error)")
            }
            let store = try FileBlobStore(disk: host)
            for hash in reports.stored {
                let content = try await store.content(hash)
                #expect(content == (hash == Hash256(hashing: Self.photo) ? Self.photo : Self.clip), "call \(death)")
            }
            if let id = reports.id {
                #expect(try await store.status(of: id).offset >= reports.held, "call \(death)")
                #expect(try await store.send(Self.clip, to: id).blob == Hash256(hashing: Self.clip), "call \(death)")
            }
            try await store.put(Self.photo)
            #expect(try host.names(in: "uploads").allSatisfy { !$0.hasSuffix(".part") }, "call \(death)")
            #expect(try await store.scrubAll().lost == [], "call \(death)")
            guard disk.isDead else {
                #expect(death > 40)
                break
            }
        }
    }

    @Test func `blobs that end together are there after a death at any call, as far as reported`() async throws {
        let contents = (1...6).map { Samples.bytes(100_000 + $0, seed: UInt64($0)) }
        for death in 1... {
            let place = try TemporaryDirectory()
            let host = HostBlobDisk(directory: place.path + "/blobs")
            let disk = ObservedDisk(host, deathAt: death)
            var reported: [Hash256] = []
            if let store = try? FileBlobStore(disk: disk) {
                var turns: [UploadTurn] = []
                for bytes in contents {
                    let request = UploadRequest(
                        length: UInt64(bytes.count), mediaType: "", hash: Hash256(hashing: bytes), limit: .max)
                    guard let turn = try? await store.fetch(Hash256(hashing: bytes), request) else { continue }
                    let pieces = stride(from: 0, to: bytes.count, by: Limits.blobPieceBytes).map { start in
                        UploadPiece(
                            bytes: Array(bytes[start..<min(start + Limits.blobPieceBytes, bytes.count)]),
                            offset: UInt64(start), turn: turn)
                    }
                    if await store.write(pieces).allSatisfy({ $0 == nil }) { turns.append(turn) }
                }
                reported = await store.end(turns).compactMap { try? $0.get().blob }
                #expect(reported.count == contents.count || disk.isDead)
            }
            let store = try FileBlobStore(disk: host)
            for bytes in contents where reported.contains(Hash256(hashing: bytes)) {
                #expect(try await store.content(Hash256(hashing: bytes)) == bytes, "call \(death)")
            }
            #expect(try await store.scrubAll().lost == [], "call \(death)")
            guard disk.isDead else {
                #expect(death > 40)
                break
            }
        }
    }

    @Test func `a hundred uploads at once hold one piece each, and one open file each`() async throws {
        let place = try TemporaryDirectory()
        let disk = ObservedDisk(HostBlobDisk(directory: place.path + "/blobs"))
        let store = try FileBlobStore(disk: disk)
        let count = 100
        try await withThrowingTaskGroup(of: Hash256?.self) { group in
            for number in 0..<count {
                group.addTask {
                    let bytes = Samples.bytes(700_000, seed: UInt64(number))
                    let id = try await store.create(Samples.request(bytes))
                    let status = try await store.send(bytes, to: id)
                    return status.blob == Hash256(hashing: bytes) ? status.blob : nil
                }
            }
            for try await hash in group { #expect(hash != nil) }
        }
        let statistics = await store.statistics()
        #expect(statistics.blobs == count && statistics.bytes == UInt64(count) * 700_000)
        let numbers = disk.numbers
        #expect(numbers.mostBytes <= Limits.blobPieceBytes)
        #expect(numbers.mostOpenFiles <= count + 4 && numbers.openFiles == 0)
        #expect(try await store.scrubAll().blobs == count)
    }
}
