import FaultDisk
import FieldpostCore
import FieldpostWire
import Foundation
import GRDB

/// The contents of a disk, read without the journal's code.
struct Inspection {
    struct Held {
        let hash: Hash256?
        var id: EntryID? { entry?.id }
        /// Nil when the bytes cannot be read.
        let entry: Entry?
        let isSound: Bool
        /// Its bytes were pruned.
        let isPruned: Bool
        /// The journal holds it, but does not merge it.
        let isQuarantined: Bool
    }

    private(set) var entries: [Dot: Held] = [:]
    /// Intact, readable entries, by content.
    private(set) var keys: Set<WriteKey> = []

    /// `files`: of a disk, as seen or as durable. A database that cannot be opened holds nothing.
    init(files: [String: [UInt8]]) {
        let disk = FaultDisk(seed: 0)
        disk.restore(DiskSnapshot(files: files))
        guard files["journal.sqlite"] != nil, let queue = try? DatabaseQueue(path: disk.path("journal.sqlite")) else {
            return
        }
        defer { try? queue.close() }
        try? queue.read { db in try read(db) }
    }

    /// The dots that a node wrote itself.
    func dots(of node: NodeID) -> Set<Dot> { Set(entries.keys.filter { $0.origin.node == node }) }

    /// The readable reports that a node wrote to.
    func reports(by node: NodeID) -> Set<ReportID> {
        Set(entries.compactMap { dot, held in dot.origin.node == node ? held.entry?.report : nil })
    }

    /// The readable entries of a report.
    func entries(of report: ReportID) -> [Entry] {
        entries.values.compactMap(\.entry).filter { $0.report == report && $0.kind == .change }
    }

    /// The entries of the report that the journal merges.
    func merged(of report: ReportID) -> [Entry] {
        entries.values.filter { !$0.isQuarantined }.compactMap(\.entry)
            .filter { $0.report == report && $0.kind == .change }
    }

    private mutating func read(_ db: Database) throws {
        guard try db.tableExists("entries") else { return }
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT place, hash, bytes, quarantine, node, incarnation FROM entries
                JOIN origins ON origins.number = entries.place >> 40
                """)
        let codec = SimulatedCodec()
        while let row = try rows.next() {
            guard let node = NodeID(bytes: row["node"] as Data),
                let incarnation = Incarnation(bytes: row["incarnation"] as Data)
            else { continue }
            let dot = Dot(Origin(node: node, incarnation: incarnation), UInt64(row["place"] as Int64) & Limits.seq)
            let bytes = [UInt8](row["bytes"] as Data)
            let hash = (row["hash"] as? Data).flatMap { Hash256(bytes: $0) }
            let isSound = Chain.hash(entry: bytes) == hash
            let entry = isSound ? codec.open(bytes, at: dot).entry : nil
            let isQuarantined = (row["quarantine"] as String?) != nil
            entries[dot] = Held(
                hash: hash, entry: entry, isSound: isSound, isPruned: bytes.isEmpty && !isQuarantined,
                isQuarantined: isQuarantined)
            if let entry, entry.kind == .change { keys.insert(WriteKey(entry)) }
        }
    }
}

extension FaultDisk {
    /// The names of the database files.
    static let databaseNames: Set<String> = ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-journal"]
    static let cardNames = databaseNames.union(["journal.lease"])

    /// The names of all files on the card: the database, its lease and the photos.
    var allCardNames: Set<String> {
        Self.cardNames.union(fileNames.filter { $0.hasPrefix(FaultBlobDisk.root + "/") })
    }

    /// The disk as processes see it.
    var inspection: Inspection { Inspection(files: snapshot(Self.databaseNames).files) }

    /// The disk as a power cut would leave it.
    var durableInspection: Inspection {
        var files: [String: [UInt8]] = [:]
        for name in Self.databaseNames { files[name] = durableBytes(of: name) }
        return Inspection(files: files)
    }
}
