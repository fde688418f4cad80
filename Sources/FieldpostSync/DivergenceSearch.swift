import FieldpostCore

/// At a gateway: finds where its chains and central's part, one origin after the other, by asking central for chain
/// values in ever smaller steps.
struct DivergenceSearch: Sendable {
    /// What came of one origin.
    enum Finding: Hashable, Sendable {
        /// Central holds other entries after `agreed`.
        case forked(Origin, agreed: UInt64)
        /// Central goes on where this journal ends.
        case behind(Divergence)
    }

    private var waiting: [Divergence]
    private var current: Divergence?
    /// The question stands, and may be answered once.
    private var isAsked = false

    init(_ divergences: [Divergence]) { waiting = divergences }

    /// Goes on with the next origin: asks for its points, or tells at once what needs no question. Nil while the
    /// answer is open, or nothing is left.
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

    /// The journal's points are there: central is asked. Where the journal has none, since its entries became corrupt
    /// beyond what their hashes prove, no more than is known already can be agreed on.
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

    /// Central's answer narrows the search. Throws `unexpectedMessage` for one that was not asked for, `fork` for one
    /// that contradicts what is known.
    mutating func narrow(_ located: Located, into effects: inout [SessionEffect]) throws(Violation) -> Finding? {
        guard var divergence = current, isAsked, divergence.origin == located.origin else {
            throw Violation(.unexpectedMessage, "an answer to no question about \(located.origin)")
        }
        isAsked = false
        let known = divergence
        // What central gave receipts for before it was put back from a copy it may hold otherwise now.
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
