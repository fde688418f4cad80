import FaultDisk
import GRDB
import Testing

/// Space, failing calls and damage.
struct FaultTests {
    let disk = FaultDisk(seed: 1)

    @Test func `a full disk refuses with SQLITE_FULL and recovers when space returns`() throws {
        let ledger = try Ledger(disk)
        try ledger.add(1)
        disk.capacityBytes = disk.usedBytes + 10_000
        var taken: Set = [1]
        var refused = false
        for number in 2...20 {
            do {
                try ledger.add(number)
                taken.insert(number)
            } catch {
                #expect((error as? DatabaseError)?.resultCode == .SQLITE_FULL)
                refused = true
            }
        }
        #expect(refused && disk.freeBytes < 10_000 && disk.usedBytes <= disk.capacityBytes)
        #expect(try ledger.numbers() == taken)
        disk.capacityBytes = .max
        try ledger.add(100)
        #expect(try ledger.numbers() == taken.union([100]) && ledger.isWhole())
        #expect(disk.usedBytes == disk.snapshot().files.values.reduce(0) { $0 + $1.count })
    }

    @Test func `what a failed sync covered is visible, and lost in a cut even after a later sync`() throws {
        let files = disk.files
        try files.write("a", [1, 1, 1, 1])
        try files.sync("a")
        try files.write("a", at: 1, [2])
        disk.fail([.sync])
        #expect(throws: DiskError.ioError(.sync)) { try files.sync("a") }
        try files.write("a", at: 2, [3])
        try files.sync("a")
        #expect(try files.read("a") == [1, 2, 3, 1])
        disk.cutPower()
        #expect(disk.bytes(of: "a") == [1, 1, 3, 1])
    }

    @Test func `a commit whose sync failed is refused, and a cut after a second sync loses it`() throws {
        let ledger = try Ledger(disk, checkpointPages: 0)
        try ledger.add(1)
        disk.fail([.sync])
        #expect(throws: DatabaseError.self) { try ledger.add(2) }
        // SQLite continues where the journal must not: what it acknowledges now is on pages that are lost.
        _ = try? ledger.add(3)
        disk.cutPower()
        let numbers = try Ledger(disk).numbers()
        #expect(numbers.contains(1) && !numbers.contains(2))
    }

    @Test(arguments: DiskCall.allCases) func `each kind of call can fail, is counted, and heals`(call: DiskCall) throws
    {
        let before = disk.calls([call])
        disk.fail([call], lasting: true)
        #expect(throws: (any Error).self) {
            let ledger = try Ledger(disk)
            for number in 0..<20 { try ledger.add(number, bytes: 5000) }
            _ = try ledger.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try DatabaseQueue(path: disk.path("plain.sqlite")).write { db in
                try db.execute(sql: "CREATE TABLE a (b); INSERT INTO a VALUES (1)")
            }
            let blobs = FaultBlobDisk(disk)
            _ = try blobs.create("a/b")
            try blobs.rename("a/b", to: "a/c")
            try blobs.syncDirectory("a")
        }
        #expect(disk.calls([call]) > before && disk.faultsMet > 0)
        disk.heal()
        let fresh = FaultDisk(seed: 2)
        fresh.restore(disk.snapshot())
        let ledger = try Ledger(fresh)
        try ledger.add(100)
        #expect(try ledger.isWhole())
    }

    @Test func `a fault strikes at one call or from then on, and only on its file`() throws {
        let files = disk.files
        disk.fail([.write], atCall: 2, file: "a")
        try files.write("a", [1])
        try files.write("b", [1])
        try files.write("b", [1])
        #expect(throws: DiskError.ioError(.write)) { try files.write("a", [2]) }
        try files.write("a", [3])
        #expect(disk.calls([.write]) == 5 && disk.faultsMet == 1)
        disk.fail([.read], atCall: 2, with: .shortRead, lasting: true)
        _ = try files.read("a")
        for _ in 0..<3 { #expect(throws: DiskError.shortRead) { try files.read("a") } }
        disk.heal()
        disk.fail([.write], with: .full)
        #expect(throws: DiskError.full) { try files.write("a", [4]) }
        #expect(try files.read("a") == [3])
    }

    @Test func `damage reaches the medium and what is seen`() throws {
        try disk.files.write("a", [0, 0, 0, 0])
        try disk.files.sync("a")
        disk.flipBit(file: "a", bit: 17)
        #expect(disk.bytes(of: "a") == [0, 0, 2, 0] && disk.durableBytes(of: "a") == [0, 0, 2, 0])
        disk.truncate(file: "a", to: 3)
        #expect(disk.size(of: "a") == 3 && disk.usedBytes == 3)
        disk.cutPower(.everything)
        #expect(disk.bytes(of: "a") == [0, 0, 2])
        disk.place([7], as: "b")
        disk.place(nil, as: "a")
        #expect(disk.fileNames == ["b"] && disk.durableBytes(of: "b") == [7])
    }
}
