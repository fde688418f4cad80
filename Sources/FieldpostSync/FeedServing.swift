import FieldpostCore

/// The feed that a gateway reads from central, as far as its credit goes.
struct FeedServing: Sendable {
    let stream: UInt16
    /// The last position sent.
    private(set) var position: UInt64
    private var credit: CreditCounter
    /// A read is under way: its answer comes before the next.
    private var isReading = false
    /// There may be more than the last read saw.
    private var mayHaveMore = false

    init(stream: UInt16, position: UInt64, credit: CreditCounter) {
        self.stream = stream
        self.position = position
        self.credit = credit
    }

    mutating func grew(into effects: inout [SessionEffect]) {
        mayHaveMore = true
        advance(into: &effects)
    }

    mutating func grant(_ bytes: UInt32, into effects: inout [SessionEffect]) throws(Violation) {
        try credit.grant(bytes)
        advance(into: &effects)
    }

    mutating func sent(_ run: SentFeed?, into effects: inout [SessionEffect]) {
        isReading = false
        if let run {
            position = run.position
            credit.spend(run.dataBytes)
            mayHaveMore = true
        }
        advance(into: &effects)
    }

    private mutating func advance(into effects: inout [SessionEffect]) {
        guard mayHaveMore, !isReading, credit.isOpen else { return }
        mayHaveMore = false
        isReading = true
        effects.append(.readFeed(stream: stream, after: position))
    }
}
