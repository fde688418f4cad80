import FieldpostClient
import FieldpostCore
import FieldpostJournal
import FieldpostNode
import FieldpostStore
import FieldpostWire
import Foundation

/// Builds journals in this process: far faster than by requests.
struct Filling {
    /// Changes that create reports. They are used again and again, with ids of their own.
    private let changes: [Change]
    private var random: SeededGenerator

    /// Appends that wait for the same sync.
    static let together = 256

    init(seed: UInt64, changes count: Int = 2000) {
        changes = BenchReports.make(count: count, seed: seed).map(Self.change)
        random = SeededGenerator(seed: seed)
    }

    /// As the intake makes it from the JSON.
    static func change(_ report: ReportInput) -> Change {
        var change = Change()
        for (name, value) in report.fields {
            if case .text(let text) = value { change.fields[FieldName(rawValue: name)] = .text(text) }
        }
        change.fields[.capturedAt] = .integer(1_772_323_200_000)
        if case .number(let latitude)? = report.fields["location"]?["lat"],
            case .number(let longitude)? = report.fields["location"]?["lon"]
        {
            change.fields[.location] = .location(
                Location(
                    latitudeE7: Int32((latitude * 1e7).rounded()), longitudeE7: Int32((longitude * 1e7).rounded()),
                    datum: .wgs84, accuracyCentimetres: 1200))
        }
        return change
    }

    mutating func bits() -> UInt128 { UInt128(random.next()) << 64 | UInt128(random.next()) }

    mutating func change() -> Change { random.pick(changes) }

    mutating func draft() -> Draft {
        Draft(
            id: EntryID(bits()), report: ReportID(bits()), intent: .create, author: "", stamp: Self.stamp,
            change: change())
    }

    static let stamp = Stamp(wallMilliseconds: 1_772_323_200_000, boot: BootID(7), monotonicMilliseconds: 60_000)

    /// Adds reports to a journal. `together`: how many wait at once.
    mutating func append(_ count: Int, to journal: Journal, together: Int = Self.together) async throws {
        var left = count
        while left > 0 {
            let drafts = (0..<min(left, together)).map { _ in draft() }
            left -= drafts.count
            try await withThrowingTaskGroup(of: Void.self) { group in
                for draft in drafts { group.addTask { _ = try await journal.append(draft) } }
                try await group.waitForAll()
            }
        }
    }

    /// The next entries of an origin, each a new report.
    mutating func run(of peer: inout FilledOrigin, count: Int) -> [SealedEntry] {
        (0..<count).map { _ in
            peer.head += 1
            let dot = Dot(peer.origin, peer.head)
            let entry = Entry(
                id: EntryID(bits()), dot: dot, report: ReportID(bits()), previousSeq: 0, context: VersionVector(),
                depth: 1, author: "", stamp: Self.stamp, change: change())
            let sealed = SealedEntry(dot: dot, bytes: EntryCodec().encode(entry), content: .entry(entry))
            peer.chain = Chain.link(peer.chain, sealed.hash)
            return sealed
        }
    }
}

/// How far an origin was written.
struct FilledOrigin: Sendable {
    let origin: Origin
    var head: UInt64 = 0
    var chain: Hash256

    init(node: NodeID) {
        origin = Origin(node: node, incarnation: Incarnation(1))
        chain = Chain.start(of: origin)
    }

    var asHead: Head { Head(origin: origin, seq: head, chain: chain) }

    func hello(name: String, grids: [String]) -> Hello {
        Hello(
            node: origin.node, role: .gateway, name: name, incarnation: origin.incarnation, boot: BootID(1),
            clock: ClockReading(wallMilliseconds: 1, quality: .unknown), linkClass: "",
            frameBytes: UInt32(Limits.frameBytes), dictionaries: Dictionaries.known, heads: [asHead], receipts: [],
            grids: grids)
    }
}

/// A node's directory with a key, whose journal this process may fill while the node does not run.
struct FilledNode: Sendable {
    let directory: String
    let key: NodeKey

    init(directory: String) throws {
        self.directory = directory
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        key = try NodeKey.loadOrCreate(path: directory + "/node.key")
    }

    func journal(_ role: FieldpostCore.Role) throws -> Journal {
        try Journal(directory: directory, node: key.node, role: role, codec: EntryCodec(), proofKey: key.proofs)
    }
}
