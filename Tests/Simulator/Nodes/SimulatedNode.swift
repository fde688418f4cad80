import FaultDisk
import FieldpostBlobs
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostSync

/// One node: its disk, and while it runs, its journal and its sessions.
final class SimulatedNode {
    let number: Int
    let id: NodeID
    let role: Role
    /// The grids that it claims itself. Those that central's administrators gave it count.
    let grids: [String]
    let disk: FaultDisk
    /// The number of the gateway whose card was copied for this node; nil for an original.
    let original: Int?
    private let incarnations: IncarnationSource

    var journal: Journal?
    /// Its photos; nil also in worlds without any.
    var blobs: FileBlobStore?
    /// The origin that its sessions named.
    var origin: Origin?
    var sessions: [SimulatedSession] = []
    var backoff = Backoff()
    var isDialing = false
    var isStarting = false
    var isRetired = false
    /// The number of power cuts when it last started.
    var powerCutsBefore = 0
    /// The power was cut since then, so its lease may be behind.
    var hasLostPower: Bool { disk.powerCuts > powerCutsBefore }
    /// When a full scrub of its journal last ended.
    var scrubbedAt: UInt64 = 0
    /// At central: when backfills and deleted rows of its feeds were last looked after.
    var feedsKeptAt: UInt64 = 0
    /// When its running time was last recorded, and the session with central at that time.
    var restedAt: UInt64 = 0
    weak var restedWith: SimulatedSession?
    /// When that session was first seen.
    var standsSince: UInt64 = 0
    /// The entries that its journal held without bytes when it last pruned.
    var pruned: Set<Dot> = []
    /// The journal's count when it was last read.
    var rehydrations = 0

    /// Wall clock minus true time, in milliseconds.
    var clockError: Int64 = 0
    var boot = BootID(1)
    var bootedAt: UInt64 = 0

    // The link of a gateway
    var isLinkUp = true
    var latency: UInt64
    /// Bytes per second; 0 for no limit.
    var bandwidth: UInt64 = 0
    /// How many more incoming receipts will be falsified in transit.
    var forgeries = 0
    var forged: Set<Head> = []

    /// At central: the audit events in the file beside its journal.
    var roster: [RosterEntry] = []
    var rosterCopies: [UInt64: [RosterEntry]] = [:]

    /// Copies of the disk, by the time at which they were taken.
    var copies: [UInt64: DiskSnapshot] = [:]
    /// The result of the last inspection; nil after physical damage.
    var baseline: Set<WriteKey>?
    /// The readable reports that it had written to by then.
    var written: Set<ReportID> = []
    /// Entries of its present incarnation that it had before it was restored, since its last start, and that others had
    /// heard of.
    var heldBefore: Set<Dot> = []
    /// Its database was restored to an older state and its lease was not, so an incident must report it.
    var owesIncident = false

    init(number: Int, original: SimulatedNode? = nil, grids: [String] = [], seed: UInt64, latency: UInt64) {
        self.number = number
        self.original = original?.number
        id = original?.id ?? NodeID(publicKey: [UInt8(truncatingIfNeeded: number), 7])
        role = number == 0 ? .central : .gateway
        self.grids = original?.grids ?? grids
        disk = FaultDisk(seed: seed)
        if let fresh = FreshDatabase.snapshot { disk.restore(fresh) }
        incarnations = IncarnationSource(seed: seed ^ 0xABCD)
        self.latency = latency
    }

    var isRunning: Bool { journal != nil }
    var isCentral: Bool { role == .central }

    var name: String {
        if let original { "clone of gateway \(original)" } else { isCentral ? "central" : "gateway \(number)" }
    }

    /// Throws like `Journal.init`.
    func open(at now: UInt64) throws(JournalError) -> Journal {
        let incarnations = incarnations
        return try Journal(
            disk: SmallDisk(disk), node: id, role: role, codec: SimulatedCodec(),
            opening: Opening(
                stamp: stamp(at: now), newIncarnation: { incarnations.next() },
                feedGap: { 1 + UInt64(truncatingIfNeeded: incarnations.next().value) % Limits.feedGap },
                proofKey: ProofKey(privateKey: id.bytes)))
    }

    /// Throws like `FileBlobStore.init`.
    func openBlobs() throws(BlobError) -> FileBlobStore {
        let incarnations = incarnations
        return try FileBlobStore(
            disk: SmallBlobDisk(disk), newUploadID: { UploadID(incarnations.next().value) })
    }

    func moment(at now: UInt64) -> Moment {
        Moment(monotonicMilliseconds: now - bootedAt, wallMilliseconds: wall(at: now))
    }

    func stamp(at now: UInt64) -> Stamp {
        Stamp(wallMilliseconds: wall(at: now), boot: boot, monotonicMilliseconds: now - bootedAt)
    }

    private func wall(at now: UInt64) -> Int64 { 1_790_000_000_000 + Int64(now) + clockError }

    /// The hello that this node sends.
    func hello(to central: NodeID, at now: UInt64) async throws(JournalError) -> Hello? {
        guard let journal else { return nil }
        let (heads, receipts) = isCentral ? ([], []) : try await journal.greeting()
        var hello = Hello(
            node: id, role: role, name: isCentral ? "central" : "gateway", incarnation: journal.origin.incarnation,
            predecessor: journal.predecessor, boot: boot,
            clock: ClockReading(
                wallMilliseconds: wall(at: now), quality: .unknown, monotonicMilliseconds: now - bootedAt),
            linkClass: "simulated", frameBytes: UInt32(Limits.frameBytes), dictionaries: [1], heads: heads,
            receipts: receipts, grids: grids,
            people: isCentral ? nil : try await journal.people(of: central)?.digest ?? .zero)
        hello.compares = !isCentral
        return hello
    }
}
