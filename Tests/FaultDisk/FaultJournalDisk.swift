import FieldpostCore
package import FieldpostJournal
package import FieldpostStore
import Synchronization

/// The disk of a journal on a fault disk, as the present process sees it.
package struct FaultJournalDisk: JournalDisk {
    private let disk: FaultDisk
    private let files: DiskFiles

    package init(_ disk: FaultDisk) {
        self.disk = disk
        files = disk.files
    }

    package var databasePath: String { disk.path(Self.databaseName) }

    package func prepare(_ make: (String) throws -> Void) throws -> Preparation { .open }

    package func holds(_ name: String) -> Bool { disk.size(of: name) != nil }

    package func lock() throws(JournalError) -> any JournalLock {
        let isTaken = try attempt { () throws(DiskError) in try files.lock(Self.lockName) }
        guard isTaken else { throw .locked(path: disk.path(Self.lockName), holder: "unknown") }
        return FaultLock(files: files, name: Self.lockName)
    }

    package func readLease() throws(JournalError) -> [UInt8]? {
        try attempt { () throws(DiskError) in try files.read(Self.leaseName) }
    }

    package func writeLease(_ bytes: [UInt8], at offset: Int, durably: Bool) throws(JournalError) {
        try attempt { () throws(DiskError) in
            try files.write(Self.leaseName, at: offset, bytes)
            if durably { try files.sync(Self.leaseName) }
        }
    }

    package var freeBytes: Int? { try? files.freeBytes() }

    package func keepReserve(bytes: Int) throws(JournalError) {
        // An unlimited disk needs no reserve, and this saves copying it.
        guard disk.capacityBytes < .max, !holds(Self.reserveName) else { return }
        try attempt { () throws(DiskError) in try files.truncate(Self.reserveName, to: bytes) }
    }

    package func releaseReserve() -> Bool { (try? files.remove(Self.reserveName)) ?? false }

    private static let lockName = "journal.lock"
    private static let reserveName = "journal.reserve"

    private func attempt<Value>(_ body: () throws(DiskError) -> Value) throws(JournalError) -> Value {
        do {
            return try body()
        } catch {
            throw error == .full ? .full : .failed("\(error)")
        }
    }
}

private final class FaultLock: JournalLock {
    private let files: DiskFiles
    private let name: String
    private let held = Mutex(true)

    init(files: DiskFiles, name: String) {
        self.files = files
        self.name = name
    }

    deinit { release(isClean: false) }

    let wasLeftHeld = false

    var isHeld: Bool { held.withLock { $0 } }

    func release(isClean: Bool) {
        held.withLock { $0 = false }
        files.unlock(name)
    }
}
