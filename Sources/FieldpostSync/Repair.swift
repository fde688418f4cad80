import FieldpostCore

/// Moves what a comparison found, both ways. It only adds: central fetches what it lacks, and tells the gateway what
/// the gateway lacks, so that it fetches that.
struct Repair: Sendable {
    /// What central fetches.
    private(set) var wanted: [Fetch.Range] = []
    /// Reports whose entries go into the gateway's feed once more.
    private(set) var fed: [ReportID] = []
    /// What the gateway is still to be told.
    private var lacking: [Compare] = []
    private var isAsked = false
    private(set) var progress = ComparisonProgress(.repair)

    init(_ differences: [Difference]) {
        var central: [Dot] = []
        var gateway: [Dot] = []
        for difference in differences {
            switch difference {
            case .entry(let dot, .central): central.append(dot)
            case .entry(let dot, .gateway): gateway.append(dot)
            case .report(let report, .gateway), .report(let report, .other): fed.append(report)
            // What the gateway holds of others, and central lacks.
            case .report(_, .central): if !wanted.contains(.foreign(after: nil)) { wanted.append(.foreign(after: nil)) }
            // Both lack it, or nobody can say which one is right.
            case .entry, .report, .repaired: break
            }
        }
        wanted += Self.runs(central).map { .run($0, first: $1.lowerBound, last: $1.upperBound) }
        let runs = Dictionary(grouping: Self.runs(gateway)) { $0.origin }
        for (origin, ranges) in runs.sorted(by: { $0.key < $1.key }) {
            let all = ranges.map(\.seqs)
            for start in stride(from: 0, to: all.count, by: Limits.compareRanges) {
                lacking.append(Compare(.lacking(origin), Array(all[start...].prefix(Limits.compareRanges))))
            }
        }
        progress.total = UInt64(central.count + gateway.count)
    }

    /// Seqs that follow each other, as runs.
    private static func runs(_ dots: [Dot]) -> [(origin: Origin, seqs: ClosedRange<UInt64>)] {
        dots.sorted().reduce(into: []) { runs, dot in
            if let last = runs.last, last.origin == dot.origin, last.seqs.upperBound + 1 == dot.seq {
                runs[runs.count - 1].seqs = last.seqs.lowerBound...dot.seq
            } else {
                runs.append((dot.origin, dot.seq...dot.seq))
            }
        }
    }

    /// Tells the gateway what it lacks, a part after the other. `isIdle`: nothing is being fetched here.
    mutating func goOn(isIdle: Bool, into effects: inout [SessionEffect]) {
        guard !isAsked, !progress.isFinished else { return }
        if !lacking.isEmpty {
            isAsked = true
            effects.append(.send(.compare(lacking.removeFirst())))
        } else if isIdle {
            progress.done = progress.total
            progress.isFinished = true
            effects.append(.comparisonProgress(progress))
        }
    }

    /// The gateway has fetched what it was told. Returns false if nothing was asked.
    mutating func answered() -> Bool {
        defer { isAsked = false }
        return isAsked
    }
}
