import FieldpostCore
import FieldpostStore

/// Writes the lease file: extends the limit before seqs are issued, and updates `reached` after each commit.
struct LeaseKeeper: Sendable {
    private let disk: any JournalDisk
    private(set) var lease: Lease

    /// Begins a lease for an origin that has come as far as `reached`. The lease is durable when this returns.
    init(
        disk: any JournalDisk, origin: Origin, reached: UInt64, extent: UInt64, after earlier: Lease?
    ) throws(JournalError) {
        self.disk = disk
        lease = Lease(origin: origin, reached: reached, extent: extent)
        lease.turn = earlier?.turn ?? 0
        lease.limit = reached + Limits.leaseStep
        try write(durably: true)
        // Now both slots belong to this origin, so that a torn write cannot fall back to an older origin.
        try write(durably: true)
    }

    /// Call this before a commit that may issue `count` seqs after `head`.
    mutating func cover(head: UInt64, count: Int) throws(JournalError) {
        guard head + UInt64(count) > lease.limit else { return }
        lease.reached = head
        lease.limit = head + UInt64(count) + Limits.leaseStep
        try write(durably: true)
    }

    /// Call this after a commit, before anybody learns of it.
    mutating func reached(_ head: UInt64, extent: UInt64, durably: Bool = false) throws(JournalError) {
        guard head > lease.reached || extent > lease.extent || durably else { return }
        lease.reached = max(head, lease.reached)
        lease.extent = max(extent, lease.extent)
        try write(durably: durably)
    }

    /// From now on the node writes under another origin.
    mutating func begin(_ origin: Origin, reached: UInt64, extent: UInt64) throws(JournalError) {
        self = try LeaseKeeper(disk: disk, origin: origin, reached: reached, extent: extent, after: lease)
    }

    private mutating func write(durably: Bool) throws(JournalError) {
        lease.turn += 1
        try disk.writeLease(lease.bytes, at: lease.offset, durably: durably)
    }
}

/// The result of comparing a database with its lease.
enum LeaseVerdict: Hashable, Sendable {
    case agrees
    /// The database is older than what the node had written, or it comes without its lease. So it was restored from a
    /// copy. `last` is the incarnation under which the node wrote last, if the lease says so.
    case restored(reason: String, last: Incarnation?)

    /// `known`: whether the database knows an incarnation as an earlier one. `head`: the head of the database's present
    /// origin. `extent`: how much it holds of all origins.
    init(
        lease: Lease?, hasLeaseFile: Bool, origin: Origin, head: UInt64, extent: UInt64, wasLeased: Bool,
        known: (Incarnation) -> Bool
    ) {
        guard let lease, lease.origin.node == origin.node else {
            // Either nothing was written yet, or the journal was written before there were leases. No seq can be issued
            // twice.
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
                    reason: "it ends at entry \(head), but the node had written \(lease.reached)",
                    last: lease.origin.incarnation)
            } else if extent < lease.extent {
                self = .restored(
                    reason: "it holds less from other nodes than before", last: lease.origin.incarnation)
            } else {
                self = .agrees
            }
        } else if !wasLeased || known(lease.origin.incarnation) {
            // The lease is the older one. Either the node stopped between the commit of a new incarnation and the write
            // of its lease, or the database was rebuilt.
            self = .agrees
        } else {
            self = .restored(
                reason: "it is from before a later incarnation of this journal", last: lease.origin.incarnation)
        }
    }
}
