import FieldpostCore

/// At a gateway: finds where its chains and central's differ, one origin after the other. It asks central for chain
/// values in smaller and smaller steps.
struct DivergenceSearch: Sendable {
    /// The result for one origin.
    enum Finding: Hashable, Sendable {
        /// Central holds other entries after `agreed`.
        case forked(Origin, agreed: UInt64)
        /// Central holds more entries after the end of this journal.
        case behind(Divergence)
    }

    private var waiting: [Divergence]
    private var current: Divergence?
    /// A question was sent and is not answered yet.
    private var isAsked = false

    init(_ divergences: [Divergence]) { waiting = divergences }

    /// Continues with the next origin: asks for its points, or returns at once when no question is needed. Nil while an
    /// answer is pending, or when nothing is left.
    mutating func next(into effects: inout [SessionEffect]) -> Finding? {
        guard current == nil, !waiting.isEmpty else { return nil }
        let divergence = waiting.removeFirst()
        return step(divergence, into: &effects)
    }

    private mutating func step(_ divergence: Divergence, into effects: inout [SessionEffect]) -> Finding? {
        let isEnd = divergence.differing == 0 && divergence.agreed == divergence.held
        guard !isEnd, divergence.differing != divergence.agreed + 1 else {
            current = nil
            return isEnd ? .behind(divergence) : .forked(divergence.origin, agreed: divergence.agreed)
        }
        current = divergence
        let end = divergence.differing == 0 ? divergence.held : divergence.differing - 1
        effects.append(.read(.points(divergence.origin, after: divergence.agreed, upTo: end)))
        return nil
    }

    /// Sends the journal's points to central. The journal may have none, when its entries are so corrupt that their
    /// hashes prove nothing; then the agreement that is already known is the result.
    mutating func ask(_ points: [Head], into effects: inout [SessionEffect]) -> Finding? {
        guard let divergence = current else { return nil }
        guard points.first?.origin == divergence.origin else {
            current = nil
            return .forked(divergence.origin, agreed: divergence.agreed)
        }
        isAsked = true
        effects.append(.send(.locate(Locate(points: points))))
        return nil
    }

    /// Narrows the search by central's answer. Throws `unexpectedMessage` for an answer without a question, and `fork`
    /// for one that contradicts what is known.
    mutating func narrow(_ located: Located, into effects: inout [SessionEffect]) throws(Violation) -> Finding? {
        guard var divergence = current, isAsked, divergence.origin == located.origin else {
            throw Violation(.unexpectedMessage, "an answer without a question about \(located.origin)")
        }
        isAsked = false
        let known = divergence
        // If central was restored from a backup, it may hold other entries now where it once sent receipts.
        if (1...max(divergence.agreed, 1)).contains(located.differing) { divergence.agreed = 0 }
        divergence.agreed = max(divergence.agreed, located.agreed)
        if located.differing > 0 {
            divergence.differing =
                divergence.differing == 0 ? located.differing : min(divergence.differing, located.differing)
        }
        guard divergence != known, divergence.agreed <= divergence.held,
            divergence.differing == 0 || divergence.differing > divergence.agreed
        else {
            throw Violation(
                .fork,
                "\(located.origin) cannot be compared: agreed at \(located.agreed), "
                    + "differing at \(located.differing)")
        }
        return step(divergence, into: &effects)
    }
}
