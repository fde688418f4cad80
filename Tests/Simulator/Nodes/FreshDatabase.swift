import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import GRDB

/// An empty database with its tables, made once: a migration for each node would cost more than a short world.
enum FreshDatabase {
    /// Nil when it cannot be made. Journals then make their own.
    static let snapshot: DiskSnapshot? = make()

    private static func make() -> DiskSnapshot? {
        let disk = FaultDisk(seed: 0)
        let node = NodeID(publicKey: [0])
        guard
            let journal = try? Journal(disk: SmallDisk(disk), node: node, role: .gateway, codec: SimulatedCodec()),
            (try? journal.close()) != nil, let queue = try? DatabaseQueue(path: disk.path("journal.sqlite"))
        else { return nil }
        defer { try? queue.close() }
        guard (try? queue.writeWithoutTransaction({ try $0.execute(sql: "DELETE FROM identity; VACUUM") })) != nil,
            (try? queue.writeWithoutTransaction({ _ = try $0.checkpoint(.truncate) })) != nil
        else { return nil }
        return disk.snapshot(["journal.sqlite"])
    }
}
