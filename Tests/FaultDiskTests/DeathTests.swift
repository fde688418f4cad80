import FaultDisk
import Foundation
import GRDB
import Testing

/// Killed processes, backups, and several disks at once.
struct DeathTests {
    let disk = FaultDisk(seed: 1)

    @Test func `after a kill, old handles fail and change nothing, and new ones see everything`() throws {
        let old = try Ledger(disk)
        try old.add(1)
        disk.kill()
        let before = disk.snapshot()
        #expect(throws: DatabaseError.self) { try old.add(2) }
        #expect(disk.snapshot() == before)
        let new = try Ledger(disk)
        #expect(try new.numbers() == [1])
        #expect(throws: DatabaseError.self) { try old.add(3) }
        try new.add(4)
        try? old.pool.close()
        #expect(try new.numbers() == [1, 4] && new.isWhole())
    }

    @Test func `a kill at any call of a commit keeps what was acknowledged, also unsynced`() throws {
        for call in 1...60 {
            let disk = FaultDisk(seed: 1)
            var ledger = try Ledger(disk, synchronous: "NORMAL")
            disk.fail([.write, .sync, .truncate], atCall: call, with: .kill)
            let acknowledged = (1...12).filter { number in (try? ledger.add(number)) != nil }
            try? ledger.pool.close()
            ledger = try Ledger(disk)
            #expect(try ledger.isWhole() && ledger.numbers().isSuperset(of: acknowledged), "call \(call)")
        }
    }

    @Test func `plain files of a dead process are stale`() throws {
        let old = disk.files
        try old.write("lease", [1])
        #expect(try old.lock("lock"))
        #expect(try !disk.files.lock("lock"))
        disk.kill()
        #expect(throws: DiskError.stale) { try old.write("lease", [2]) }
        #expect(throws: DiskError.stale) { try old.read("lease") }
        #expect(try disk.files.lock("lock"))
        old.unlock("lock")
        #expect(try !disk.files.lock("lock"))
        #expect(try disk.files.read("lease") == [1] && disk.files.read("none") == nil)
    }

    @Test func `a snapshot can be restored, also onto another disk`() throws {
        var ledger = try Ledger(disk)
        try ledger.add(1)
        try disk.files.write("lease", [1])
        let backup = disk.snapshot()
        try ledger.add(2)
        try disk.files.write("lease", [2])
        try disk.files.write("later", [3])
        let clone = FaultDisk(seed: 2)
        clone.restore(backup)
        #expect(try Ledger(clone).numbers() == [1])
        disk.restore(backup, only: [Ledger.name, Ledger.name + "-wal"])
        #expect(throws: DatabaseError.self) { try ledger.add(3) }
        ledger = try Ledger(disk)
        #expect(try ledger.numbers() == [1] && disk.files.read("lease") == [2])
        disk.restore(backup)
        disk.cutPower()
        #expect(disk.snapshot() == backup)
    }

    @Test func `readers read while a writer writes`() async throws {
        let ledger = try Ledger(disk)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for number in 0..<300 { try ledger.add(number) } }
            for _ in 0..<3 {
                group.addTask {
                    var last = 0
                    while last < 300 {
                        let numbers = try await ledger.pool.read { db in
                            try Int.fetchAll(db, sql: "SELECT number FROM entries ORDER BY number")
                        }
                        #expect(numbers == Array(0..<numbers.count) && numbers.count >= last)
                        last = numbers.count
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try ledger.isWhole())
        try ledger.pool.close()
        #expect(try Ledger(disk).numbers().count == 300)
    }

    @Test func `two connections that write wait for each other`() async throws {
        let ledgers = [try Ledger(disk), try Ledger(disk)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, ledger) in ledgers.enumerated() {
                group.addTask { for number in 0..<50 { try ledger.add(2 * number + index) } }
            }
            try await group.waitForAll()
        }
        #expect(try ledgers[0].numbers() == Set(0..<100))
    }

    @Test func `a rollback journal works too, and undoes what a power cut interrupted`() throws {
        for call in 1...40 {
            let disk = FaultDisk(seed: UInt64(call))
            func queue() throws -> DatabaseQueue {
                var configuration = Configuration()
                // With FULL the deletion that commits is not synced.
                configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = EXTRA") }
                let queue = try DatabaseQueue(path: disk.path("plain.sqlite"), configuration: configuration)
                try queue.write { try $0.execute(sql: "CREATE TABLE IF NOT EXISTS entries (number, body)") }
                return queue
            }
            let old = try queue()
            disk.fail([.write, .sync, .delete], atCall: call, with: .powerCut)
            let acknowledged = (1...5).filter { number in
                (try? old.write {
                    try $0.execute(sql: "INSERT INTO entries VALUES (?, randomblob(5000))", arguments: [number])
                }) != nil
            }
            try? old.close()
            let numbers = try queue().read { db in
                #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
                return try Int.fetchAll(db, sql: "SELECT number FROM entries")
            }
            #expect(Set(numbers).isSuperset(of: acknowledged))
        }
    }

    @Test func `real files and memory databases still work beside a disk`() throws {
        let path = NSTemporaryDirectory() + "faultdisk-\(UUID()).sqlite"
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let pool = try DatabasePool(path: path)
        try pool.write { try $0.execute(sql: "CREATE TABLE entries (number)") }
        try pool.close()
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(try DatabaseQueue().read { try Int.fetchOne($0, sql: "SELECT 1") } == 1)
    }

    @Test func `a disk without references is removed`() throws {
        var disk: FaultDisk? = FaultDisk(seed: 3)
        weak let watched = disk
        let path = try #require(disk?.path(Ledger.name))
        var ledger: Ledger? = try disk.map { try Ledger($0) }
        try ledger?.add(1)
        disk?.kill()
        disk = nil
        #expect(watched != nil)
        try? ledger?.pool.close()
        ledger = nil
        #expect(watched == nil)
        #expect(throws: DatabaseError.self) { try DatabaseQueue(path: path) }
    }
}
