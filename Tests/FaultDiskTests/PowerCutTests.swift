import FaultDisk
import FieldpostBlobs
import GRDB
import Testing

/// Real SQLite over power cuts.
struct PowerCutTests {
    /// Commits until a cut, opens again, and so on. Returns how many acknowledged commits were lost.
    private func lostCommits(seed: UInt64, cuts: Int, synchronous: String) throws -> Int {
        let disk = FaultDisk(seed: seed)
        var random = Randomness(seed: seed)
        var acknowledged: Set<Int> = []
        var lost: Set<Int> = []
        for incarnation in 0..<cuts {
            let ledger = try Ledger(disk, synchronous: synchronous)
            #expect(try ledger.isWhole(), "seed \(seed), incarnation \(incarnation)")
            let found = try ledger.numbers()
            lost.formUnion(acknowledged.subtracting(found))
            for number in incarnation * 100..<incarnation * 100 + Int.random(in: 1...12, using: &random) {
                try ledger.add(number)
                acknowledged.insert(number)
            }
            disk.cutPower()
            try? ledger.pool.close()
        }
        let found = try Ledger(disk, synchronous: synchronous).numbers()
        return lost.union(acknowledged.subtracting(found)).count
    }

    @Test(arguments: 1...10) func `commits with FULL survive power cuts`(seed: UInt64) throws {
        #expect(try lostCommits(seed: seed, cuts: 20, synchronous: "FULL") == 0)
    }

    /// The control: a disk that loses nothing proves nothing.
    @Test func `commits with NORMAL are lost in power cuts`() throws {
        let lost = try (1...10).map { try lostCommits(seed: $0, cuts: 4, synchronous: "NORMAL") }
        #expect(lost.reduce(0, +) > 20)
    }

    @Test func `a cut in the middle of any call of a commit keeps what was acknowledged`() throws {
        var cut = 0
        for call in 1... {
            let disk = FaultDisk(seed: UInt64(call))
            var ledger = try Ledger(disk)
            try ledger.add(1)
            disk.fail([.write, .sync], atCall: call, with: .powerCut)
            var acknowledged: Set = [1]
            for number in 2...12 where (try? ledger.add(number)) != nil { acknowledged.insert(number) }
            try? ledger.pool.close()
            disk.heal()
            ledger = try Ledger(disk)
            #expect(try ledger.isWhole() && ledger.numbers().isSuperset(of: acknowledged), "call \(call)")
            if acknowledged.count == 12 { break }
            cut += 1
        }
        #expect(cut > 50)
    }

    @Test func `the same seed and calls leave the same disk`() throws {
        func disk() throws -> FaultDisk {
            let disk = FaultDisk(seed: 5)
            for number in 0..<50 {
                try disk.files.write("a", at: number * 700, [UInt8](repeating: UInt8(number + 1), count: 1100))
                if number == 20 { try disk.files.sync("a") }
            }
            disk.cutPower()
            return disk
        }
        let first = try disk().snapshot()
        #expect(try disk().snapshot() == first)
        #expect(first.files["a"]?.prefix(14_000) != nil)
    }

    @Test func `unsynced writes are kept, dropped or torn at sectors, and synced ones are never damaged`() throws {
        var kept = 0, dropped = 0, torn = 0
        for seed in 0..<200 as Range<UInt64> {
            let disk = FaultDisk(seed: seed)
            try disk.files.write("a", [UInt8](repeating: 1, count: 8192))
            try disk.files.sync("a")
            try disk.files.write("a", at: 100, [UInt8](repeating: 2, count: 5000))
            disk.cutPower()
            let bytes = try #require(disk.bytes(of: "a"))
            let changed = bytes.filter { $0 == 2 }.count
            #expect(bytes.count == 8192 && bytes[..<100].allSatisfy { $0 == 1 })
            #expect(bytes[(100 + changed)...].allSatisfy { $0 == 1 })
            switch changed {
            case 5000: kept += 1
            case 0: dropped += 1
            default:
                torn += 1
                #expect((100 + changed) % 512 == 0)
            }
        }
        #expect(kept > 20 && dropped > 5 && torn > 20, "\(kept) \(dropped) \(torn)")
    }

    @Test func `a file and a deletion are on the medium after a sync`() throws {
        let disk = FaultDisk(seed: 1)
        try disk.files.write("a", [1])
        try disk.files.write("b", [2])
        try disk.files.sync("b")
        #expect(disk.durableBytes(of: "a") == nil && disk.durableBytes(of: "b") == [2])
        disk.cutPower(.everything)
        #expect(disk.fileNames == ["b"])
        try disk.files.remove("b")
        #expect(disk.fileNames == [])
        disk.cutPower(.everything)
        #expect(disk.fileNames == ["b"])
        try disk.files.remove("b")
        try disk.files.write("c", [3])
        try disk.files.sync("c")
        disk.cutPower(.everything)
        #expect(disk.fileNames == ["c"])
    }

    @Test func `a name is durable after the sync of its directory, and only then`() throws {
        for isSynced in [false, true] {
            let disk = FaultDisk(seed: 1)
            let blobs = FaultBlobDisk(disk)
            for (name, byte) in [("a/old", 1), ("b/new", 2)] as [(String, UInt8)] {
                let file = try blobs.create(name)
                try file.write([byte], at: 0)
                try file.sync()
            }
            try blobs.syncDirectory("a")
            let lost = try blobs.create("a/lost")
            try lost.sync()
            if isSynced { try blobs.syncDirectory("b") }
            try blobs.rename("b/new", to: "a/old")
            #expect(disk.bytes(of: "blobs/a/old") == [2] && disk.bytes(of: "blobs/b/new") == nil)
            if isSynced { try blobs.syncDirectory("a") }
            disk.cutPower(.everything)
            #expect(disk.bytes(of: "blobs/a/old") == (isSynced ? [2] : [1]))
            #expect(disk.bytes(of: "blobs/b/new") == nil)
            #expect((disk.bytes(of: "blobs/a/lost") != nil) == isSynced)
        }
    }
}
