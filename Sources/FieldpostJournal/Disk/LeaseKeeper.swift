import FieldpostCore

/// Keeps the lease beside the database: extends it before seqs are issued, and moves it after each commit.
struct LeaseKeeper: Sendable {
    private let disk: any JournalDisk
    private(set) var lease: Lease

    /// Begins a lease for an origin that has come as far as `reached`; durable when this returns.
    init(
        disk: any JournalDisk, origin: Origin, reached: UInt64, extent: UInt64, after earlier: Lease?
    ) throws(JournalError) {
        self.disk = disk
        lease = Lease(origin: origin, reached: reached, extent: extent)
        lease.turn = earlier?.turn ?? 0
        lease.limit = reached + Limits.leaseStep
        try write(durably: true)
        // Both slots are of this origin then: a torn write falls back to nothing older.
        try write(durably: true)
    }

    /// Before a commit that may issue `count` seqs after `head`.
    mutating func cover(head: UInt64, count: Int) throws(JournalError) {
        guard head + UInt64(count) > lease.limit else { return }
        lease.reached = head
        lease.limit = head + UInt64(count) + Limits.leaseStep
        try write(durably: true)
    }

    /// After a commit, before anybody hears of it.
    mutating func reached(_ head: UInt64, extent: UInt64, durably: Bool = false) throws(JournalError) {
        guard head > lease.reached || extent > lease.extent || durably else { return }
        lease.reached = max(head, lease.reached)
        lease.extent = max(extent, lease.extent)
        try write(durably: durably)
    }

    /// The node writes under another origin from now on.
    mutating func begin(_ origin: Origin, reached: UInt64, extent: UInt64) throws(JournalError) {
        self = try LeaseKeeper(disk: disk, origin: origin, reached: reached, extent: extent, after: lease)
    }

    private mutating func write(durably: Bool) throws(JournalError) {
        lease.turn += 1
        try disk.writeLease(lease.bytes, at: lease.offset, durably: durably)
    }
}

/// How a database stands to its lease.
enum LeaseVerdict: Hashable, Sendable {
    case agrees
    /// The database is older than what the node had reached, or comes without its lease: it was put back. With the
    /// incarnation that the node wrote under last, when the lease tells.
    case restored(reason: String, last: Incarnation?)

    /// `known`: whether the database knows that incarnation as an earlier one. `head`: how far the database has
    /// come under its present origin. `extent`: how much it holds of all origins.
    init(
        lease: Lease?, hasLeaseFile: Bool, origin: Origin, head: UInt64, extent: UInt64, wasLeased: Bool,
        known: (Incarnation) -> Bool
    ) {
        guard let lease, lease.origin.node == origin.node else {
            // Nothing was written yet, or before there were leases: nothing to issue again.
            guard extent > 0, wasLeased else {
                self = .agrees
                return
            }
            let reason = hasLeaseFile ? "its lease is unreadable" : "its lease is missing"
            self = .restored(reason: reason, last: nil)
            return
        }
        if lease.origin.incarnation == origin.incarnation {
            if head < lease.reached {
                self = .restored(
                    reason: "it ends at entry \(head), and \(lease.reached) had been written",
                    last: lease.origin.incarnation)
            } else if extent < lease.extent {
                self = .restored(
                    reason: "it holds less of other nodes than it did", last: lease.origin.incarnation)
            } else {
                self = .agrees
            }
        } else if !wasLeased || known(lease.origin.incarnation) {
            // The lease is behind: the node stopped between the commit of a new incarnation and its lease, or the
            // database was built anew.
            self = .agrees
        } else {
            self = .restored(
                reason: "it is from before a later incarnation of this journal", last: lease.origin.incarnation)
        }
    }
}
