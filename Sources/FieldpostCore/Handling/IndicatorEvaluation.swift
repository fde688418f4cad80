/// Counts cases for each department, group and grid, and each of some periods. Cases are added one by one, in any order
/// and each once; none of them is kept.
package struct IndicatorEvaluation: Sendable {
    package enum Dimension: Int, CaseIterable, Sendable {
        case department
        case group
        case grid

        /// As the API names it.
        package var code: String { "\(self)" }

        package init?(code: String) {
            guard let found = Self.allCases.first(where: { $0.code == code }) else { return nil }
            self = found
        }

        package func name(in facts: CaseFacts) -> String? {
            switch self {
            case .department: facts.department
            case .group: facts.group
            case .grid: facts.grid
            }
        }
    }

    /// The cases that are counted together.
    package enum Scope: Hashable, Sendable {
        case all
        /// Those with this department, group or grid.
        case named(Dimension, String)
        /// Those without one.
        case unnamed(Dimension)
        /// Those whose name came after `Limits.indicatorGroups` others.
        case further(Dimension)
    }

    /// As they were asked for. Only what had passed of them is counted.
    package let periods: [IndicatorPeriod]
    private let past: [IndicatorPeriod]
    /// All cases, as if none had a name.
    private var all: Tally
    /// In the order of the dimensions.
    private var tallies: [Tally]
    /// For `add`: in what the case is counted, for each period.
    private var masks: [UInt64]

    /// Nil for no period, or more than `Limits.indicatorPeriods`.
    package init?(periods: [IndicatorPeriod], now: Int64) {
        guard (1...Limits.indicatorPeriods).contains(periods.count) else { return nil }
        self.periods = periods
        past = periods.map { $0.past(now: now) }
        let row = periods.count * CaseCount.number
        masks = Array(repeating: 0, count: periods.count)
        all = Tally(row: row)
        tallies = Dimension.allCases.map { _ in Tally(row: row) }
    }

    package mutating func add(_ facts: CaseFacts) {
        var bits: UInt64 = 0
        for index in past.indices {
            masks[index] = CaseCountSet(of: facts, in: past[index]).bits
            bits |= masks[index]
        }
        // Most cases are of other years. Their names need not be looked up.
        guard bits != 0 else { return }
        all.add(masks, at: Tally.unnamed)
        for dimension in Dimension.allCases {
            let place = tallies[dimension.rawValue].place(of: dimension.name(in: facts))
            tallies[dimension.rawValue].add(masks, at: place)
        }
    }

    /// Everything that has a count: `.all` first, then each dimension's names in order, those without one, and further
    /// ones.
    package var scopes: [Scope] {
        [.all]
            + Dimension.allCases.flatMap { dimension in
                let tally = tallies[dimension.rawValue]
                return tally.places.keys.sorted().map { Scope.named(dimension, $0) }
                    + (tally.isUsed(Tally.unnamed) ? [.unnamed(dimension)] : [])
                    + (tally.isUsed(Tally.further) ? [.further(dimension)] : [])
            }
    }

    /// 0 for a scope without cases. `period`: an index of `periods`.
    package func count(_ count: CaseCount, of scope: Scope, in period: Int) -> Int {
        let offset = period * CaseCount.number + count.rawValue
        switch scope {
        case .all: return Int(all.counts[offset])
        case .named(let dimension, let name):
            let tally = tallies[dimension.rawValue]
            return tally.places[name].map { Int(tally.counts[$0 + offset]) } ?? 0
        case .unnamed(let dimension): return Int(tallies[dimension.rawValue].counts[offset])
        case .further(let dimension):
            let tally = tallies[dimension.rawValue]
            return Int(tally.counts[Tally.further * tally.row + offset])
        }
    }

    /// Nil when there is nothing to say: the formula divides by zero.
    package func value(_ indicator: Indicator, of scope: Scope, in period: Int) -> Double? {
        indicator.formula.value { count($0, of: scope, in: period) }
    }

    /// Whether a case is one of those that a figure is made of, so that it can be shown. (A case of `.further` is found
    /// only through its evaluation.)
    package func isCounted(_ facts: CaseFacts, as count: CaseCount, of scope: Scope, in period: Int) -> Bool {
        let isInScope =
            switch scope {
            case .all: true
            case .named(let dimension, let name): dimension.name(in: facts) == name
            case .unnamed(let dimension): dimension.name(in: facts) == nil
            case .further(let dimension):
                dimension.name(in: facts).map { tallies[dimension.rawValue].places[$0] == nil } ?? false
            }
        return isInScope && CaseCountSet(of: facts, in: past[period]).contains(count)
    }
}

/// The counts of one dimension: a row for each name, and before these one for cases without a name and one for the
/// names that no row was left for.
private struct Tally: Sendable {
    static let unnamed = 0
    static let further = 1

    let row: Int
    /// Where the row of a name begins in `counts`.
    private(set) var places: [String: Int] = [:]
    private(set) var counts: [UInt32]

    init(row: Int) {
        self.row = row
        counts = Array(repeating: 0, count: 2 * row)
    }

    mutating func place(of name: String?) -> Int {
        guard let name else { return Self.unnamed }
        if let place = places[name] { return place }
        guard places.count < Limits.indicatorGroups else { return Self.further * row }
        let place = counts.count
        places[name] = place
        counts.append(contentsOf: repeatElement(0, count: row))
        return place
    }

    /// One more in each count of a mask, of which there is one for each period.
    mutating func add(_ masks: [UInt64], at place: Int) {
        for (index, mask) in masks.enumerated() {
            var bits = mask
            while bits != 0 {
                counts[place + index * CaseCount.number + bits.trailingZeroBitCount] += 1
                bits &= bits - 1
            }
        }
    }

    func isUsed(_ number: Int) -> Bool { counts[number * row..<(number + 1) * row].contains { $0 != 0 } }
}
