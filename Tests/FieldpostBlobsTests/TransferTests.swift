import FieldpostBlobs
import FieldpostCore
import FieldpostJournal
import FieldpostSession
import FieldpostStore
import FieldpostSync
import FieldpostWire
import Foundation
import GRDB
import Synchronization
import TestKit
import Testing

/// Photos between a gateway and central: real journals, real files and the real session, over a link in memory.
struct TransferTests {
    private let gateway: TransferNode
    private let central: TransferNode

    init() async throws {
        gateway = try TransferNode(1, .gateway)
        central = try TransferNode(2, .central)
    }

    private func photo(_ seed: UInt64, bytes: Int = 300_000, attached: Bool = true) async throws -> Hash256 {
        let photo = try await gateway.blobs.put(Samples.bytes(bytes, seed: seed))
        if attached { try await gateway.attach(photo, bytes: bytes) }
        return photo
    }

    @Test func `photos reach central whole, each is receipted, and nothing is sent twice`() async throws {
        var photos: [Hash256] = []
        for seed in 1...6 { photos.append(try await photo(UInt64(seed))) }
        let first = try await Transfer(gateway, central).run()
        #expect(first.chunkBytes == 6 * 300_000)
        for (index, photo) in photos.enumerated() {
            #expect(try await central.blobs.content(photo) == Samples.bytes(300_000, seed: UInt64(index + 1)))
        }
        for node in [gateway, central] {
            #expect(try await node.journal.lacking(after: 0, limit: 9).isEmpty)
            #expect(try await node.journal.held(photos) == Set(photos))
        }
        let second = try await Transfer(gateway, central).run()
        #expect(second.chunkBytes == 0 && second.offers == 0)
    }

    @Test func `a photo that no report names stays, and goes when one names it`() async throws {
        let photo = try await photo(1, attached: false)
        #expect(try await Transfer(gateway, central).run().offers == 0)
        try await gateway.attach(photo, bytes: 300_000)
        #expect(try await Transfer(gateway, central).run().chunkBytes == 300_000)
        #expect(try await central.blobs.size(of: photo) == 300_000)
    }

    @Test func `a session learns of photos that come while it runs`() async throws {
        let transfer = try await Transfer(gateway, central)
        _ = try await transfer.run(closing: false)
        let photo = try await photo(1)
        #expect(try await transfer.run().chunkBytes == 300_000)
        #expect(try await central.blobs.size(of: photo) == 300_000)
    }

    @Test func `cut anywhere, a transfer goes on from what came, also after a restart of both sides`() async throws {
        let photos = [try await photo(1, bytes: 700_000), try await photo(2, bytes: 700_000)]
        var (bytes, sessions, cut) = (0, 0, 5)
        while try await !gateway.journal.lacking(after: 0, limit: 9).isEmpty {
            let transfer = try await Transfer(gateway, central)
            bytes += try await transfer.run(messages: cut).chunkBytes
            (sessions, cut) = (sessions + 1, cut + 3)
            try #require(sessions < 60)
            try gateway.reopen()
            try central.reopen()
        }
        #expect(sessions > 5)
        #expect(bytes == 1_400_000, "each byte crosses once")
        for (seed, photo) in photos.enumerated() {
            #expect(try await central.blobs.content(photo) == Samples.bytes(700_000, seed: UInt64(seed + 1)))
        }
    }

    @Test func `another incarnation of central gets what a gateway still holds`() async throws {
        let photo = try await photo(1)
        _ = try await Transfer(gateway, central).run()
        let fresh = try TransferNode(2, .central)
        #expect(try await Transfer(gateway, fresh).run().chunkBytes == 300_000)
        #expect(try await fresh.blobs.size(of: photo) == 300_000)
    }

    @Test func `a photo that central holds already costs no bytes`() async throws {
        let photo = try await photo(1)
        try await central.blobs.put(Samples.bytes(300_000, seed: 1))
        #expect(try await Transfer(gateway, central).run().chunkBytes == 0)
        #expect(try await gateway.journal.held([photo]) == [photo])
    }

    @Test func `all photos that became corrupt at central come again, however many they are`() async throws {
        var photos: [Hash256] = []
        for seed in 1...20 { photos.append(try await photo(UInt64(seed), bytes: 2000)) }
        _ = try await Transfer(gateway, central).run()
        let transfer = try await Transfer(gateway, central)
        _ = try await transfer.run(closing: false)
        for photo in photos {
            let file = central.place.path + "/blobs/\(photo.hex.prefix(2))/\(photo.hex.dropFirst(2))"
            try Data(count: 2000).write(to: URL(filePath: file))
        }
        #expect(try await central.blobs.scrubAll().lost.count == 20)
        #expect(try await transfer.run().chunkBytes == 20 * 2000)
        #expect(await central.blobs.statistics().lost == 0)
        for (index, photo) in photos.enumerated() {
            #expect(try await central.blobs.content(photo) == Samples.bytes(2000, seed: UInt64(index + 1)))
        }
    }

    @Test func `central asks for what it gave a receipt for before it was put back from a copy`() async throws {
        let (kept, lost) = (try await photo(1), try await photo(2))
        _ = try await Transfer(gateway, central).run()
        try FileManager.default.removeItem(
            atPath: central.place.path + "/blobs/\(lost.hex.prefix(2))/\(lost.hex.dropFirst(2))")
        for photo in [kept, lost] {
            try await central.journal.record(
                photo, bytes: 300_000, isHeld: false, by: central.journal.origin.incarnation)
        }
        #expect(try await gateway.journal.held([kept, lost]) == [kept, lost])
        #expect(try await Transfer(gateway, central).run().chunkBytes == 300_000)
        #expect(try await central.blobs.content(lost) == Samples.bytes(300_000, seed: 2))
        #expect(try await central.journal.held([kept, lost]) == [kept, lost])
        #expect(try await central.journal.lacking(after: 0, limit: 9).isEmpty)
    }

    @Test func `central asks a gateway only for photos that its own entries name`() async throws {
        let photo = try await gateway.blobs.put(Samples.bytes(1000, seed: 1))
        try await central.attach(photo, bytes: 1000, grid: "G2")
        #expect(try await Transfer(gateway, central).run().asks == 0)
        let own = Hash256(hashing: [9])
        try await gateway.attach(own, bytes: 1)
        _ = try await Transfer(gateway, central).run()
        let later = try await Transfer(gateway, central).run()
        #expect(later.asks == 1 && later.chunkBytes == 0, "an announced photo that never came")
    }

    @Test func `a gateway keeps a photo for the retention time from central's receipt on`() async throws {
        let photo = try await photo(1)
        try await gateway.blobs.rest(for: 1000)
        _ = try await Transfer(gateway, central).run()
        let journal = gateway.journal
        func evicted() async throws -> Int {
            try await gateway.blobs.evict(BlobEviction(age: 1000, freeBytes: 0)) { blobs in
                (try? await journal.held(blobs)) ?? []
            }.blobs
        }
        #expect(try await evicted() == 0)
        try await gateway.blobs.rest(for: 1000)
        #expect(try await evicted() == 1)
        #expect(try await central.blobs.size(of: photo) == 300_000)
    }

    @Test func `a gateway gets a photo of its grid when somebody opens it, and no other`() async throws {
        let transfer = try await Transfer(gateway, central)
        _ = try await transfer.run(closing: false)
        var photos: [Hash256] = []
        for (seed, grid) in [(7, "G1"), (8, "G2")] {
            photos.append(try await central.blobs.put(Samples.bytes(100_000, seed: UInt64(seed))))
            try await central.attach(photos[photos.count - 1], bytes: 100_000, grid: grid)
        }
        for photo in photos { await transfer.want(photo, at: gateway) }
        _ = try await transfer.run()
        #expect(try await gateway.blobs.content(photos[0]) == Samples.bytes(100_000, seed: 7))
        #expect(try await gateway.blobs.size(of: photos[1]) == nil)
    }

    @Test func `entries keep their order and arrive beside photos`() async throws {
        for seed in 1...3 { _ = try await photo(UInt64(seed)) }
        for _ in 0..<200 { try await gateway.report() }
        _ = try await Transfer(gateway, central).run()
        #expect(try await central.journal.statistics().reports == 203)
    }
}

/// A journal and a store of photos in a directory of their own.
final class TransferNode: Sendable {
    let id: NodeID
    let role: Role
    let place: TemporaryDirectory
    let thumbnailStore: FileThumbnailStore
    let permits = Permits()
    private nonisolated(unsafe) var parts: (journal: Journal, blobs: FileBlobStore)

    var journal: Journal { parts.journal }
    var blobs: FileBlobStore { parts.blobs }
    var thumbnails: KeptThumbnails { KeptThumbnails(store: thumbnailStore, blobs: blobs, permits: permits) }

    init(_ number: UInt8, _ role: Role) throws {
        id = NodeID(publicKey: [number])
        self.role = role
        place = try TemporaryDirectory()
        thumbnailStore = FileThumbnailStore(disk: HostBlobDisk(directory: place.path + "/thumbnails"))
        parts = try Self.open(place, id, role)
    }

    deinit {
        try? journal.close()
        place.remove()
    }

    func reopen() throws {
        try journal.close()
        parts = try Self.open(place, id, role)
    }

    /// Closes the journal, changes its file on a separate connection, and opens it again.
    func tamper(_ body: (Database) throws -> Void) throws {
        try journal.close()
        let file = try DatabaseQueue(path: journal.path)
        try file.write(body)
        try file.close()
        parts = try Self.open(place, id, role)
    }

    private static func open(
        _ place: TemporaryDirectory, _ id: NodeID, _ role: Role
    ) throws -> (Journal, FileBlobStore) {
        let journal = try Journal(directory: place.path, node: id, role: role, codec: EntryCodec())
        return (journal, try FileBlobStore(directory: place))
    }

    @discardableResult
    func report(grid: String = "G1") async throws -> ReportID {
        let draft = Draft(
            id: .random(), report: .random(), intent: .create, author: "", stamp: Self.stamp,
            change: Change(fields: [.text: .text("楼道内有电动车充电"), .grid: .text(grid)]))
        return try await journal.append(draft).entry.report
    }

    func attach(_ photo: Hash256, bytes: Int, grid: String = "G1") async throws {
        let attachment = Attachment(blob: photo, mediaType: "image/jpeg", byteCount: UInt64(bytes))
        let draft = Draft(
            id: .random(), report: try await report(grid: grid), intent: .edit, author: "", stamp: Self.stamp,
            change: Change(attachments: [attachment]))
        _ = try await journal.append(draft)
    }

    func hello() async throws -> Hello {
        let greeting = try await journal.greeting()
        var hello = Hello(
            node: id, role: role, name: "\(role)", incarnation: journal.origin.incarnation, boot: BootID(1),
            clock: ClockReading(wallMilliseconds: 0, quality: .unknown), linkClass: "",
            frameBytes: UInt32(Limits.frameBytes), dictionaries: Dictionaries.known,
            heads: role == .gateway ? greeting.heads : [], receipts: role == .gateway ? greeting.receipts : [],
            grids: role == .gateway ? ["G1"] : [])
        hello.compares = role == .gateway
        return hello
    }

    static let stamp = Stamp(wallMilliseconds: 1_785_000_000_000, boot: BootID(1), monotonicMilliseconds: 1)
}

/// One session between two nodes, run by hand: no tasks, no clock but a counter.
actor Transfer {
    private final class Flag: Sendable {
        let value = Mutex(true)
    }

    private final class Side {
        let node: TransferNode
        var driver: SessionDriver
        var blobs: SessionBlobs?
        /// Blobs may be missing.
        let isMissing = Flag()
        let losses: GrowthSubscription

        init(_ node: TransferNode) async throws {
            self.node = node
            losses = node.blobs.onLost { [isMissing] in isMissing.value.withLock { $0 = true } }
            driver = SessionDriver(
                hello: try await node.hello(), journal: node.journal,
                openedAt: Moment(monotonicMilliseconds: 0, wallMilliseconds: 0))
        }
    }

    struct Tally: Sendable {
        /// Bytes of blobs that arrived.
        var chunkBytes = 0
        var offers = 0
        /// Bytes of thumbnails that arrived, and of blobs when the last of them did.
        var thumbnailBytes = 0
        var chunkBytesBefore = 0
        var asks = 0
    }

    private let sides: [Side]
    /// Of the last comparison or repair at central.
    private(set) var progress: ComparisonProgress?
    /// Bytes of the messages of comparisons, and entries that were fetched.
    private(set) var comparedBytes = 0
    private(set) var fetchedEntries = 0
    private var clock: UInt64 = 0

    init(_ gateway: TransferNode, _ central: TransferNode) async throws {
        sides = [try await Side(gateway), try await Side(central)]
        for side in sides { try await perform(side.driver.handle(.opened, at: now), at: side) }
    }

    private var now: Moment { Moment(monotonicMilliseconds: clock, wallMilliseconds: 0) }

    func want(_ photo: Hash256, at node: TransferNode) async { await tell(.blobWanted(photo), to: node) }

    func wantThumbnail(_ photo: Hash256, at node: TransferNode) async { await tell(.thumbnailWanted(photo), to: node) }

    func tell(_ event: SessionEvent, to node: TransferNode) async {
        guard let side = sides.first(where: { $0.node === node }) else { return }
        try? await perform(side.driver.handle(event, at: now), at: side)
    }

    /// Carries messages until nothing is left, or until so many were delivered: then the link is cut.
    func run(messages limit: Int = .max, closing: Bool = true) async throws -> Tally {
        var (tally, left, round) = (Tally(), limit, 0)
        while left > 0 {
            let isPoked = round % 25 == 0
            var isQuiet = true
            for (index, side) in sides.enumerated() where left > 0 {
                if isPoked { try await poke(side) }
                clock += 1
                while left > 0, let message = side.driver.next(at: now) {
                    isQuiet = false
                    left -= 1
                    if case .blobChunk(let chunk) = message { tally.chunkBytes += chunk.data.count }
                    if case .blobOffer = message { tally.offers += 1 }
                    if case .thumbnail(let piece) = message {
                        tally.thumbnailBytes += piece.data.count
                        tally.chunkBytesBefore = tally.chunkBytes
                    }
                    if case .blobAsk = message { tally.asks += 1 }
                    switch message {
                    case .compare, .compared: comparedBytes += MessageEncoder.encode(message).count
                    case .fetched(let fetched): fetchedEntries += Int(fetched.body?.count ?? 0)
                    default: break
                    }
                    let other = sides[1 - index]
                    try await perform(other.driver.handle(.received(message), at: now), at: other)
                }
            }
            if isQuiet, isPoked { break }
            round = isQuiet ? 0 : round + 1
        }
        if closing { for side in sides { await side.blobs?.close() } }
        return tally
    }

    /// What the shell says after a commit.
    private func poke(_ side: Side) async throws {
        guard side.blobs != nil else { return }
        let isMissing = side.isMissing.value.withLock { value in
            defer { value = false }
            return value
        }
        if isMissing { try await perform(side.driver.handle(.blobsMissing, at: now), at: side) }
        guard side.node.role == .gateway else {
            return try await perform(side.driver.handle(.feedGrew, at: now), at: side)
        }
        let head = try await side.node.journal.head()
        try await perform(side.driver.handle(.headMoved(head), at: now), at: side)
        try await perform(side.driver.handle(.blobsGrew, at: now), at: side)
    }

    private func perform(_ actions: [SessionDriver.Action], at side: Side) async throws {
        for action in actions {
            switch action {
            case .send(let message): side.driver.queue(message)
            case .greeted(let hello):
                side.blobs = SessionBlobs(
                    blobs: side.node.blobs, thumbnails: side.node.thumbnails, journal: side.node.journal, peer: hello)
            case .close(let violation): if let violation { throw violation }
            case .write(let work):
                guard let journal = side.driver.journal else { return }
                let outcome = try await journal.write(
                    try PreparedWork(work, permit: nil), stamp: TransferNode.stamp)
                try await perform(side.driver.take(outcome, at: now), at: side)
            case .read(let work):
                guard let journal = side.driver.journal else { return }
                let outcome = try await journal.read(work, limit: side.driver.frame.run, stamp: TransferNode.stamp)
                try await perform(side.driver.take(outcome, at: now), at: side)
            case .blob(let work):
                guard let blobs = side.blobs else { return }
                let (messages, outcome) = try await blobs.perform(work, limit: side.driver.frame.piece)
                for message in messages { side.driver.queue(message) }
                try await perform(side.driver.handle(.blobDone(outcome), at: now), at: side)
            case .measuredOffset, .resetBackoff, .resyncProgress: break
            case .comparisonProgress(let progress): self.progress = progress
            }
        }
    }
}
