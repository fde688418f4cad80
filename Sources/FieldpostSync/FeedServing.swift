import FieldpostCore

/// Sends the feed that a gateway reads from central, within its credit.
struct FeedServing: Sendable {
    let stream: UInt16
    /// The last position that was sent or skipped.
    private(set) var position: UInt64 = 0
    /// The last position that the gateway was told.
    private(set) var told: UInt64 = 0
    private var credit: CreditCounter
    /// Central has confirmed that its feed continues after `position`.
    private var isChecked = false
    /// A read is running. Its answer must come before the next read.
    private var isReading = false
    /// The feed may contain more than the last read found.
    private var mayHaveMore = false

    init(stream: UInt16, credit: CreditCounter) {
        self.stream = stream
        self.credit = credit
    }

    /// The feed continues after this position. Credit that arrived before counts.
    mutating func begin(after position: UInt64, into effects: inout [SessionEffect]) {
        (self.position, told, isChecked) = (position, position, true)
        grew(into: &effects)
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
            if run.dataBytes > 0 { told = run.position }
            credit.spend(run.dataBytes)
            mayHaveMore = true
        }
        advance(into: &effects)
    }

    private mutating func advance(into effects: inout [SessionEffect]) {
        guard isChecked, mayHaveMore, !isReading, credit.isOpen else { return }
        mayHaveMore = false
        isReading = true
        effects.append(.read(.feed(stream: stream, after: position)))
    }
}
