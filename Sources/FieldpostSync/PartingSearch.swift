import FieldpostCore

/// At a gateway: finds where its chains and central's part, one origin after the other, by asking central for chain
/// values in ever smaller steps.
struct PartingSearch: Sendable {
    /// What came of one origin.
    enum Finding: Hashable, Sendable {
        /// Central holds other entries after `agreed`.
        case forked(Origin, agreed: UInt64)
        /// Central goes on where this journal ends.
        case behind(Parting)
    }

    private var waiting: [Parting]
    private var current: Parting?
    /// The question stands, and may be answered once.
    private var isAsked = false

    init(_ partings: [Parting]) { waiting = partings }

    /// Goes on with the next origin: asks for its points, or tells at once what needs no question. Nil while the
    /// answer is open, or nothing is left.
    mutating func next(into effects: inout [SessionEffect]) -> Finding? {
        guard current == nil, !waiting.isEmpty else { return nil }
        let parting = waiting.removeFirst()
        return step(parting, into: &effects)
    }

    private mutating func step(_ parting: Parting, into effects: inout [SessionEffect]) -> Finding? {
        let isEnd = parting.differing == 0 && parting.agreed == parting.held
        guard !isEnd, parting.differing != parting.agreed + 1 else {
            current = nil
            return isEnd ? .behind(parting) : .forked(parting.origin, agreed: parting.agreed)
        }
        current = parting
        let end = parting.differing == 0 ? parting.held : parting.differing - 1
        effects.append(.readPoints(parting.origin, after: parting.agreed, upTo: end))
        return nil
    }

    /// The journal's points are there: central is asked. Where the journal has none, since its entries rotted beyond
    /// what their hashes prove, no more than is known already can be agreed on.
    mutating func ask(_ points: [Head], into effects: inout [SessionEffect]) -> Finding? {
        guard let parting = current else { return nil }
        guard points.first?.origin == parting.origin else {
            current = nil
            return .forked(parting.origin, agreed: parting.agreed)
        }
        isAsked = true
        effects.append(.send(.locate(Locate(points: points))))
        return nil
    }

    /// Central's answer narrows the search. Throws `unexpectedMessage` for one that was not asked for, `fork` for one
    /// that contradicts what is known.
    mutating func narrow(_ located: Located, into effects: inout [SessionEffect]) throws(Violation) -> Finding? {
        guard var parting = current, isAsked, parting.origin == located.origin else {
            throw Violation(.unexpectedMessage, "an answer to no question about \(located.origin)")
        }
        isAsked = false
        let known = parting
        // What central gave receipts for before it was put back from a copy it may hold otherwise now.
        if (1...max(parting.agreed, 1)).contains(located.differing) { parting.agreed = 0 }
        parting.agreed = max(parting.agreed, located.agreed)
        if located.differing > 0 {
            parting.differing = parting.differing == 0 ? located.differing : min(parting.differing, located.differing)
        }
        guard parting != known, parting.agreed <= parting.held,
            parting.differing == 0 || parting.differing > parting.agreed
        else {
            throw Violation(
                .fork,
                "\(located.origin) cannot be compared: agreed at \(located.agreed), "
                    + "differing at \(located.differing)")
        }
        return step(parting, into: &effects)
    }
}
