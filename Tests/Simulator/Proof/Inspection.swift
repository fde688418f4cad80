import FaultDisk
import FieldpostCore
import FieldpostWire
import Foundation
import GRDB

/// What a disk holds, read past the journal.
struct Inspection {
    struct Held {
        let hash: Hash256?
        var id: EntryID? { entry?.id }
        /// Nil where the bytes cannot be read.
        let entry: Entry?
        let isSound: Bool
        /// Its bytes are gone, and nothing is wrong.
        let isPruned: Bool
        /// The journal holds it, and takes no part of it for a report.
        let isQuarantined: Bool
    }

    private(set) var entries: [Dot: Held] = [:]
    /// Entries that are whole and can be read, by what they say.
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

    /// Those that a node wrote itself.
    func dots(of node: NodeID) -> Set<Dot> { Set(entries.keys.filter { $0.origin.node == node }) }

    /// Those that a node wrote to, as far as that can be read.
    func reports(by node: NodeID) -> Set<ReportID> {
        Set(entries.compactMap { dot, held in dot.origin.node == node ? held.entry?.report : nil })
    }

    /// Entries of a report that can be read.
    func entries(of report: ReportID) -> [Entry] {
        entries.values.compactMap(\.entry).filter { $0.report == report && $0.kind == .change }
    }

    /// Those of them that the journal takes for the report.
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
    /// The names of the files that are the database.
    static let databaseNames: Set<String> = ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-journal"]
    static let cardNames = databaseNames.union(["journal.lease"])

    /// What processes see.
    var inspection: Inspection { Inspection(files: snapshot(Self.databaseNames).files) }

    /// What a power cut would leave.
    var durableInspection: Inspection {
        var files: [String: [UInt8]] = [:]
        for name in Self.databaseNames { files[name] = durableBytes(of: name) }
        return Inspection(files: files)
    }
}
