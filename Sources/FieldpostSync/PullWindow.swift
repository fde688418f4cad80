import FieldpostCore

/// How many bytes of batches one pull allows: on their way, and received but not stored.
///
/// It begins small, and doubles while the gateway is known to hold more. It never exceeds what the rest is likely to
/// take, so a pull that has caught up holds little. The shell says how much each session may take (`share`).
struct PullWindow: Sendable {
    /// Bytes that the gateway may still send. It may start a batch while any are left.
    private(set) var credit: CreditCounter
    /// Bytes received and not stored yet.
    private(set) var waiting = 0
    private var bytes = Limits.pullFirstCreditBytes
    /// Of the batches so far: their bytes and entries.
    private var received = (bytes: 0, entries: 0)

    init() throws(Violation) { credit = try CreditCounter(UInt32(Limits.pullFirstCreditBytes)) }

    /// A batch arrived. Throws `limitExceeded` if no credit was left.
    mutating func take(bytes count: Int, entries: UInt64) throws(Violation) {
        guard credit.isOpen else { throw Violation(.limitExceeded, "a batch without credit") }
        credit.spend(count)
        waiting += count
        received.bytes += count
        received.entries += Int(clamping: entries)
    }

    /// Batches were stored. Returns the credit to send; 0 for none. `rest`: how many entries the gateway is known to
    /// hold after the last batch.
    mutating func stored(bytes count: Int, rest: UInt64, share: Int) throws(Violation) -> UInt32 {
        waiting = max(0, waiting - count)
        let entries = min(Int(clamping: rest), Limits.pullCreditBytes)
        let wanted = entries * (received.bytes / max(1, received.entries) + 1)
        bytes = max(Limits.pullFirstCreditBytes, min(bytes * 2, wanted, share, Limits.pullCreditBytes))
        let grant = UInt32(clamping: bytes - credit.bytes - waiting)
        if grant > 0 { try credit.grant(grant) }
        return grant
    }
}
