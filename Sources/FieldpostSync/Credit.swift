import FieldpostCore

/// Bytes that may be in flight on one stream. A batch may start while any are left, and is then subtracted as a whole.
/// So a batch that is larger than the rest can still be sent.
struct CreditCounter: Hashable, Sendable {
    private(set) var bytes: Int

    init() { bytes = 0 }

    /// Throws `limitExceeded` like `grant`.
    init(_ bytes: UInt32) throws(Violation) {
        self.init()
        try grant(bytes)
    }

    var isOpen: Bool { bytes > 0 }

    mutating func spend(_ count: Int) { bytes -= count }

    /// Throws `limitExceeded` when the grants add up to more than the protocol allows.
    mutating func grant(_ count: UInt32) throws(Violation) {
        bytes += Int(count)
        guard bytes <= 16 * Limits.pullCreditBytes else {
            throw Violation(.limitExceeded, "credit of \(bytes) bytes on one stream")
        }
    }
}
