import FieldpostCore

/// Fetches lost or corrupt entries from the peer, one question at a time, and answers the peer's fetches.
struct FetchExchange: Sendable {
    private var waiting: [Fetch.Range] = []
    private var asked: Fetch.Range?
    /// An answer arrived and is being stored. A further answer would have no question.
    private var isStoring = false
    /// A read for the peer is running. The peer must not ask again before the answer.
    private var isServing = false

    /// Nothing is asked, and nothing waits to be asked.
    var isIdle: Bool { asked == nil && waiting.isEmpty }

    /// Adds ranges that are not requested yet, and asks.
    mutating func want(_ ranges: [Fetch.Range], into effects: inout [SessionEffect]) {
        for range in ranges where range != asked && !waiting.contains(range) { waiting.append(range) }
        ask(into: &effects)
    }

    private mutating func ask(into effects: inout [SessionEffect]) {
        guard asked == nil, !waiting.isEmpty else { return }
        let range = waiting.removeFirst()
        asked = range
        effects.append(.send(.fetch(Fetch(range: range))))
    }

    /// Takes the peer's answer. Throws `unexpectedMessage` when nothing was asked, and `badBatch` for an answer that
    /// makes no progress.
    mutating func receive(_ fetched: Fetched, into effects: inout [SessionEffect]) throws(Violation) {
        guard let range = asked, !isStoring else {
            throw Violation(.unexpectedMessage, "fetched entries without a fetch")
        }
        guard fetched.isLast || range.rest(after: fetched.upTo) != nil else {
            throw Violation(.badBatch, "an answer without `up_to`")
        }
        isStoring = true
        effects.append(.write(.restore(fetched, asked: range)))
    }

    /// The answer was stored: continues with the rest of the range, or with the next range. `finishFetch` follows the
    /// last of the peer's foreign entries.
    mutating func restored(_ fetched: Fetched, into effects: inout [SessionEffect]) {
        guard let range = asked else { return }
        asked = nil
        isStoring = false
        if !fetched.isLast, let rest = range.rest(after: fetched.upTo) {
            waiting.insert(rest, at: 0)
        } else if case .foreign = range {
            effects.append(.write(.finishFetch))
        }
        ask(into: &effects)
    }

    mutating func serve(_ fetch: Fetch, into effects: inout [SessionEffect]) throws(Violation) {
        guard !isServing else { throw Violation(.unexpectedMessage, "a second fetch before the first was answered") }
        isServing = true
        effects.append(.read(.fetch(fetch)))
    }

    mutating func served() { isServing = false }
}

extension Fetch.Range {
    /// The rest of the range after an answer that reached `dot`; nil when `dot` is outside the range, or at its end.
    fileprivate func rest(after dot: Dot?) -> Fetch.Range? {
        guard let dot else { return nil }
        switch self {
        case .run(let origin, let first, let last):
            guard dot.origin == origin, dot.seq >= first, dot.seq < last else { return nil }
            return .run(origin, first: dot.seq + 1, last: last)
        case .foreign(let after):
            guard after.map({ $0 < dot }) ?? true else { return nil }
            return .foreign(after: dot)
        }
    }
}
