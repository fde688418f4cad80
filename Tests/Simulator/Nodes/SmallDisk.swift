import FaultDisk
import FieldpostJournal
import FieldpostStore

/// A disk that is 64 times smaller than it reports, so that a world can fill it within seconds.
struct SmallDisk: JournalDisk {
    private static let scale = 64

    private let disk: FaultJournalDisk

    init(_ disk: FaultDisk) { self.disk = FaultJournalDisk(disk) }

    var databasePath: String { disk.databasePath }
    func prepare(_ make: (String) throws -> Void) throws -> Preparation { try disk.prepare(make) }
    func holds(_ name: String) -> Bool { disk.holds(name) }
    func lock() throws(JournalError) -> any JournalLock { try disk.lock() }
    func readLease() throws(JournalError) -> [UInt8]? { try disk.readLease() }

    func writeLease(_ bytes: [UInt8], at offset: Int, durably: Bool) throws(JournalError) {
        try disk.writeLease(bytes, at: offset, durably: durably)
    }

    var freeBytes: Int? { Self.shown(disk.freeBytes) }

    /// Free bytes as this disk shows them.
    static func shown(_ bytes: Int?) -> Int? {
        bytes.map { $0.multipliedReportingOverflow(by: scale) }.map { $1 ? .max : $0 }
    }

    func keepReserve(bytes: Int) throws(JournalError) { try disk.keepReserve(bytes: bytes / Self.scale) }
    func releaseReserve() -> Bool { disk.releaseReserve() }
}
