import Crypto
import FaultDisk
import FieldpostBlobs
import FieldpostCore
import FieldpostStore

/// One run of a blob store on a disk with one fault. Every step is done, and done again if it failed, as a client or
/// a peer would do it. After each crash, everything that was reported as held or stored must be there.
final class BlobTrial {
    /// When the process ends, and how.
    enum End: String, CaseIterable, Sendable {
        /// A store that failed is opened again.
        case restart
        /// The power is cut at the end of the step with the fault.
        case cutAtOnce
        /// The same, but after the store was opened again.
        case cutAfterRestart
        /// After all steps.
        case cutAtEnd
    }

    private enum Step: CaseIterable {
        case beginClip, beginPhoto, putSmall, endClip, sendWrongPiece, putSmallAgain, endPhoto, scrub, evictSmall
        case sendPhoto, putSmallAtLast
    }

    let disk: FaultDisk
    private let end: End
    private let seed: UInt64
    private var store: FileBlobStore?
    private var isCut = false
    /// What the store reported as durable.
    private var uploads: [Int: UploadID] = [:]
    private var held: [UploadID: ByteRanges] = [:]
    private(set) var stored: [Hash256: [UInt8]] = [:]
    private(set) var findings: [String] = []
    private(set) var acknowledged = 0
    private(set) var finalFailures = 0
    private(set) var fullRefusals = 0

    /// Ordered and without a hash: more than one sync, and the end without one.
    static let clip = Samples.bytes(1_500_000, seed: 1)
    /// Fetched by ranges.
    static let photo = Samples.bytes(150_000, seed: 2)
    /// In one request.
    static let small = Samples.bytes(5_000, seed: 3)

    init(end: End, seed: UInt64) {
        self.end = end
        self.seed = seed
        disk = FaultDisk(seed: seed)
    }

    func run() async throws {
        for step in Step.allCases {
            try await settle(step)
            try await cutAfterFault()
        }
        try await die { if end == .cutAtEnd { $0.cutPower(loss) } else { $0.kill() } }
        if stored.count != 3 { findings.append("\(stored.count) blobs at the end") }
        checkFiles()
    }

    private var loss: PowerCut { seed % 2 == 0 ? .everything : .random }

    private func settle(_ step: Step) async throws {
        for _ in 0..<4 {
            do {
                try await perform(step)
                return
            } catch let error as BlobError {
                switch error {
                case .full:
                    fullRefusals += 1
                    if let failure = store?.failure { findings.append("a full disk was final: \(failure)") }
                    disk.heal()
                case .failed:
                    disk.heal()
                    finalFailures += store?.failure == nil ? 0 : 1
                default: findings.append("\(step) threw \(error)")
                }
            }
            try await cutAfterFault()
            if store?.failure != nil { try await die { $0.kill() } }
        }
        findings.append("\(step) cannot be done")
    }

    private func perform(_ step: Step) async throws {
        switch step {
        case .beginClip: try await append(1, Self.clip, upTo: 300_000)
        case .beginPhoto: try await fetchPhoto(upTo: 1)
        case .putSmall, .putSmallAgain, .putSmallAtLast: try await put(Self.small)
        case .endClip: try await append(1, Self.clip, upTo: 1_500_000)
        case .sendWrongPiece: try await sendWrongPiece(2)
        case .endPhoto: try await fetchPhoto(upTo: 3)
        case .scrub: try await scrub()
        case .evictSmall: try await evictSmall()
        case .sendPhoto: try await append(2, Self.photo, upTo: 150_000)
        }
    }

    private func cutAfterFault() async throws {
        guard disk.faultsMet > 0, !isCut, end == .cutAtOnce || end == .cutAfterRestart else { return }
        isCut = true
        if end == .cutAfterRestart { try await die { $0.kill() } }
        try await die { $0.cutPower(loss) }
    }

    private func die(_ end: (FaultDisk) -> Void) async throws {
        end(disk)
        disk.heal()
        store = nil
        disk.areFaultsHeld = true
        defer { disk.areFaultsHeld = false }
        let store = try opened()
        for hash in stored.keys where try await store.content(hash).map({ Hash256(hashing: $0) }) != hash {
            findings.append("the blob \(hash.hex.prefix(8)) is lost")
        }
        for (id, ranges) in held {
            do {
                let now = try await store.status(of: id).held
                let lost = ranges.ranges.flatMap { now.missing(in: $0) }
                if !lost.isEmpty { findings.append("of upload \(id), \(lost) is lost") }
            } catch {
                findings.append("upload \(id): \(error)")
            }
        }
        let scrubbed = try await store.scrubAll()
        if !scrubbed.lost.isEmpty { findings.append("corrupt: \(scrubbed.lost)") }
        let statistics = await store.statistics()
        if statistics.blobs != scrubbed.blobs { findings.append("\(statistics) of \(scrubbed.blobs) blobs") }
    }

    private func opened() throws(BlobError) -> FileBlobStore {
        if let store { return store }
        let store = try FileBlobStore(disk: FaultBlobDisk(disk))
        self.store = store
        return store
    }

    /// Nothing but blobs, their chunk hashes, records of uploads, and the care.
    private func checkFiles() {
        let names = disk.fileNames.map { $0.dropFirst(FaultBlobDisk.root.count + 1) }
        let blobs = Set(names.filter { $0.count == 65 }.map(String.init))
        for name in names where !blobs.contains(String(name)) {
            let isBeside = name.hasSuffix(".chunks") && blobs.contains(String(name.dropLast(7)))
            guard !isBeside, name != "care", !name.hasSuffix(".upload") else { continue }
            findings.append("\(name) is left")
        }
        if blobs.count != stored.count { findings.append("\(blobs.count) files of blobs") }
    }

    // MARK: Steps

    private func note(_ status: UploadStatus, _ bytes: [UInt8]) {
        acknowledged += 1
        held[status.id] = status.held
        if let blob = status.blob { stored[blob] = bytes }
    }

    private func append(_ key: Int, _ bytes: [UInt8], upTo end: Int) async throws {
        let store = try opened()
        let id: UploadID
        if let known = uploads[key] {
            id = known
        } else {
            id = try await store.create(Samples.request(bytes))
            note(try await store.end(store.begin(id, at: 0, checksum: nil)), bytes)
            uploads[key] = id
        }
        let status = try await store.status(of: id)
        guard status.offset < UInt64(end) else { return note(status, bytes) }
        note(try await store.send(bytes, to: id, upTo: end, piece: 60_000), bytes)
    }

    private func sendWrongPiece(_ key: Int) async throws {
        try await append(key, Self.photo, upTo: 20_000)
        guard let id = uploads[key] else { return }
        let checksum = PieceChecksum.sha1(Array(repeating: 1, count: 20))
        do {
            _ = try await opened().send(Self.photo, to: id, checksum: checksum)
            findings.append("a wrong checksum was taken")
        } catch BlobError.wrongChecksum {
            // As it should be.
        }
        let status = try await opened().status(of: id)
        if status.offset != 20_000 { findings.append("a wrong piece moved the offset to \(status.offset)") }
    }

    /// The parts of the photo in another order, up to a number of them.
    private func fetchPhoto(upTo parts: Int) async throws {
        let store = try opened()
        let hash = Hash256(hashing: Self.photo)
        guard let turn = try await store.fetch(hash, Samples.request(Self.photo)) else {
            stored[hash] = Self.photo
            return
        }
        do {
            for range in [100_000..<150_000, 0..<50_000, 50_000..<100_000].prefix(parts) {
                try await store.write(Array(Self.photo[range]), at: UInt64(range.lowerBound), by: turn)
            }
        } catch {
            _ = try? await store.end(turn)
            throw error
        }
        let status = try await store.end(turn)
        acknowledged += 1
        if let blob = status.blob {
            stored[blob] = Self.photo
            held[status.id] = nil
        } else {
            held[status.id] = status.held
        }
    }

    private func put(_ bytes: [UInt8]) async throws {
        let store = try opened()
        let id = try await store.create(Samples.request(bytes, hash: Hash256(hashing: bytes)))
        let status = try await store.send(bytes, to: id)
        acknowledged += 1
        if let blob = status.blob { stored[blob] = bytes }
    }

    private func scrub() async throws {
        let store = try opened()
        let step = try await store.scrub(.start, bytes: 1000)
        try await store.keep(step.next ?? .start)
        acknowledged += 1
    }

    private func evictSmall() async throws {
        let hash = Hash256(hashing: Self.small)
        stored[hash] = nil
        let store = try opened()
        try await store.rest(for: 10)
        _ = try await store.evict(BlobEviction(age: 10, freeBytes: 0)) { _ in [hash] }
        if try await store.size(of: hash) != nil { findings.append("the blob was not evicted") }
    }
}
