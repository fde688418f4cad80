package import FieldpostCore

/// What two nodes hold differently.
package enum Difference: Hashable, Sendable {
    /// An entry of an origin of the gateway. `.other`: both hold one, and they differ.
    case entry(Dot, lackedBy: Side)
    /// A report of the gateway's scope whose merged state differs. `.other`: both have one, and they differ.
    case report(ReportID, lackedBy: Side)
    /// A row that follows from entries differed from them at this side, and was repaired.
    case repaired(ReportID, at: Side)

    package enum Side: String, Hashable, Sendable {
        case central, gateway, both, other
    }
}

/// How far a comparison is.
package struct ComparisonProgress: Hashable, Sendable {
    package enum Phase: String, Hashable, Sendable {
        case entries
        /// Rows that follow from entries are computed again, in a deep comparison.
        case rows
        /// The merged states of reports.
        case reports
    }

    /// Which request it answers.
    package enum Kind: Hashable, Sendable {
        case comparison, deepComparison, repair
    }

    package let kind: Kind
    package var phase = Phase.entries
    /// Entries whose ranges were compared, of `total`.
    package var done: UInt64 = 0
    package var total: UInt64 = 0
    /// Bytes of this comparison's messages, both ways.
    package var wireBytes: UInt64 = 0
    /// At most `Limits.namedDifferences`; `isTruncated`: there are more.
    package var differences: [Difference] = []
    package var isTruncated = false
    package var isFinished = false

    package init(_ kind: Kind) { self.kind = kind }
}

/// Central's comparison of what it and a gateway hold: a value that asks both, and descends where the answers differ.
///
/// First the entries of the gateway's origins, by ranges of seqs. Where they agree, the merged states of reports
/// follow, by slots of ids: where entries differ, states differ too.
struct Comparison: Sendable {
    private(set) var progress: ComparisonProgress
    /// Questions that are not asked yet. The last one is asked next.
    private var questions: [Compare] = []
    /// How many of these, from the first on, belong to the first pass over all entries, and how many entries those that
    /// were asked cover.
    private var firsts = 0
    private var covered: UInt64 = 0
    private var asked: Compare?
    private var own: Compared?
    private var theirs: Compared?
    private let isDeep: Bool
    /// In the phase of rows: after which numbers each side goes on. Nil: it is done.
    private var ownRow: UInt64?
    private var theirRow: UInt64?
    private var hasFinishedRows: Bool
    private var rowQuestions = 0

    /// `heads`: how far both sides hold each origin of the gateway.
    init(of heads: [(origin: Origin, seq: UInt64)], isDeep: Bool) {
        self.isDeep = isDeep
        progress = ComparisonProgress(isDeep ? .deepComparison : .comparison)
        hasFinishedRows = !isDeep
        progress.total = heads.reduce(0) { $0 + $1.seq }
        for (origin, seq) in heads.reversed() where seq > 0 {
            guard isDeep else {
                let size = Compare.partSizes.dropFirst(2).first { seq / $0 < 64 } ?? Compare.partSizes[4]
                for part in Self.chunks(0...seq, of: size * Limits.compareParts) {
                    questions.append(Compare(.entries(origin), [part], partSize: size))
                }
                continue
            }
            for part in Self.chunks(0...seq, of: Limits.deepSeqs) {
                questions.append(Compare(.entries(origin), [part], partSize: 1024, isDeep: true))
            }
        }
        firsts = questions.count
    }

    /// In descending order: the last is asked first.
    private static func chunks(_ range: ClosedRange<UInt64>, of size: UInt64) -> [ClosedRange<UInt64>] {
        stride(from: range.lowerBound, through: range.upperBound, by: Int(size)).reversed().map {
            $0...min($0 + size - 1, range.upperBound)
        }
    }

    /// Asks both sides the next question, or finishes.
    mutating func goOn(into effects: inout [SessionEffect]) {
        guard asked == nil else { return }
        if questions.count == firsts {
            progress.done = min(covered, progress.total)
            if let first = questions.last {
                firsts -= 1
                covered += first.size
            }
        }
        // Nothing more would be named.
        if progress.isTruncated, progress.differences.count >= Limits.namedDifferences {
            (questions, firsts, hasFinishedRows) = ([], 0, true)
        }
        if questions.isEmpty { enterNextPhase() }
        guard let question = questions.popLast() else {
            if !hasFinishedRows { return askForRows(into: &effects) }
            progress.isFinished = true
            return
        }
        ask(question, into: &effects)
    }

    private mutating func ask(_ question: Compare, into effects: inout [SessionEffect]) {
        asked = question
        effects.append(.send(.compare(question)))
        effects.append(.read(.compare(question)))
    }

    private mutating func enterNextPhase() {
        switch progress.phase {
        case .entries where !hasFinishedRows:
            progress.phase = .rows
            (ownRow, theirRow) = (0, 0)
        case .entries, .rows:
            guard hasFinishedRows, !holdsEntryDifferences else { return }
            progress.phase = .reports
            questions.append(Compare(.slots, [0...Compare.slots - 1], partSize: Compare.partSizes[2]))
        case .reports: break
        }
    }

    private var holdsEntryDifferences: Bool {
        progress.isTruncated || progress.differences.contains { if case .entry = $0 { true } else { false } }
    }

    /// Each side goes through its own rows, at its own pace.
    private mutating func askForRows(into effects: inout [SessionEffect]) {
        let numbers = (own: ownRow, theirs: theirRow)
        guard let any = numbers.theirs ?? numbers.own else {
            hasFinishedRows = true
            return goOn(into: &effects)
        }
        asked = Compare(.rows, [any...any])
        if let number = numbers.theirs {
            effects.append(.send(.compare(Compare(.rows, [number...number]))))
        } else {
            theirs = Compared()
        }
        if let number = numbers.own {
            effects.append(.read(.compare(Compare(.rows, [number...number]))))
        } else {
            own = Compared()
        }
    }

    /// Takes what this side holds.
    mutating func takeOwn(_ answer: Compared, into effects: inout [SessionEffect]) {
        guard asked != nil else { return }
        own = answer
        evaluate(into: &effects)
    }

    /// Takes what the peer holds. Throws `unexpectedMessage` if nothing was asked, and `malformedMessage` for an answer
    /// to something else.
    mutating func take(_ answer: Compared, into effects: inout [SessionEffect]) throws(Violation) {
        guard let asked, theirs == nil else {
            throw Violation(.unexpectedMessage, "an answer to a comparison that was not asked for")
        }
        guard answer.digests.count == Int(asked.partCount) else {
            throw Violation(
                .malformedMessage, "\(answer.digests.count) digests for \(asked.partCount) parts of a comparison")
        }
        if case .rows = asked.subject {
            rowQuestions += 1
            guard answer.next.map({ $0 > theirRow ?? .max }) ?? true, rowQuestions <= Limits.rowQuestions else {
                throw Violation(.malformedMessage, "rows of a comparison that do not go on, or never end")
            }
        }
        progress.wireBytes += UInt64(
            Message.compare(asked).estimatedBytes + Message.compared(answer).estimatedBytes)
        theirs = answer
        evaluate(into: &effects)
    }

    private mutating func evaluate(into effects: inout [SessionEffect]) {
        guard let asked, let own, let theirs else { return }
        (self.asked, self.own, self.theirs) = (nil, nil, nil)
        switch asked.subject {
        case .entries(let origin): compare(origin, asked, own.digests, theirs.digests)
        case .slots: compareSlots(asked, own.digests, theirs.digests)
        case .reports: compareReports(own, theirs)
        case .rows:
            for report in own.repaired { add(.repaired(report, at: .central)) }
            for report in theirs.repaired { add(.repaired(report, at: .gateway)) }
            (ownRow, theirRow) = (own.next, theirs.next)
        case .lacking: break
        }
        goOn(into: &effects)
    }

    private mutating func compare(_ origin: Origin, _ asked: Compare, _ own: [UInt64], _ theirs: [UInt64]) {
        var differing: [ClosedRange<UInt64>] = []
        for (index, part) in asked.parts.enumerated() where own[index] != theirs[index] {
            if asked.partSize > 1 {
                differing.append(part)
                continue
            }
            guard part.lowerBound > 0 else { continue }
            let lacks = (
                central: own[index] == Compared.absent(at: .central),
                gateway: theirs[index] == Compared.absent(at: .gateway)
            )
            let side: Difference.Side =
                switch lacks {
                case (true, true): .both
                case (true, false): .central
                case (false, true): .gateway
                case (false, false): .other
                }
            add(.entry(Dot(origin, part.lowerBound), lackedBy: side))
        }
        descend(.entries(origin), into: differing, from: asked.partSize)
    }

    private mutating func compareSlots(_ asked: Compare, _ own: [UInt64], _ theirs: [UInt64]) {
        var differing: [ClosedRange<UInt64>] = []
        for (index, part) in asked.parts.enumerated() where own[index] != theirs[index] { differing.append(part) }
        guard asked.partSize == 1 else { return descend(.slots, into: differing, from: asked.partSize) }
        for start in stride(from: 0, to: differing.count, by: Limits.namedSlots).reversed() {
            questions.append(Compare(.reports, Array(differing[start...].prefix(Limits.namedSlots))))
        }
    }

    private mutating func compareReports(_ own: Compared, _ theirs: Compared) {
        // Beyond the end of a list that is cut, nobody knows.
        if own.isCut || theirs.isCut { progress.isTruncated = true }
        let ends = [own, theirs].compactMap { $0.isCut ? $0.reports.last?.report : nil }
        let held = Dictionary(own.reports.map { ($0.report, $0.digest) }) { first, _ in first }
        let others = Dictionary(theirs.reports.map { ($0.report, $0.digest) }) { first, _ in first }
        for report in Set(held.keys).union(others.keys).sorted() 
        where held[report] != others[report] && ends.allSatisfy({ report <= $0 }) {
            let side: Difference.Side = held[report] == nil ? .central : others[report] == nil ? .gateway : .other
            add(.report(report, lackedBy: side))
        }
    }

    /// Asks about the parts of ranges that differ: a few ranges in one question.
    private mutating func descend(_ subject: Compare.Subject, into ranges: [ClosedRange<UInt64>], from size: UInt64) {
        guard let index = Compare.partSizes.firstIndex(of: size), index > 0, !ranges.isEmpty else { return }
        guard progress.differences.count < Limits.namedDifferences else {
            progress.isTruncated = true
            return
        }
        let most = min(Limits.compareRanges, Int(Limits.compareParts / 32))
        for start in stride(from: 0, to: ranges.count, by: most).reversed() {
            questions.append(
                Compare(subject, Array(ranges[start...].prefix(most)), partSize: Compare.partSizes[index - 1]))
        }
    }

    private mutating func add(_ difference: Difference) {
        guard progress.differences.count < Limits.namedDifferences else {
            progress.isTruncated = true
            return
        }
        progress.differences.append(difference)
    }
}
