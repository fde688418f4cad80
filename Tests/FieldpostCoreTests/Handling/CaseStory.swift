import Testing

@testable import FieldpostCore

/// People at several nodes handle one report. Each step names what its author had seen, by default all before it.
struct CaseStory {
    private(set) var entries: [Entry] = []
    private var last: [UInt8: UInt64] = [:]

    /// A report of 市民 at a terminal, made at the first of March 2018.
    init() {
        var created = Samples.entry(1, at: 9, 1, Change(fields: [.text: .text("井盖缺失"), .grid: .text("龙田一网格")]))
        created.stamp = Stamp(wallMilliseconds: shanghai("2018-03-01 08:00"), boot: BootID(7), monotonicMilliseconds: 1)
        entries = [created]
        last[9] = 1
    }

    /// Returns the number of the step, which `seen` of later ones names; 1 is the report. `time` nil: nobody knew it.
    @discardableResult
    mutating func step(
        _ code: String, at node: UInt8 = 0, _ time: String?, to department: String = "", limit: String = "",
        until: String? = nil, uncertainty: UInt64 = 0, seen: [Int]? = nil
    ) -> Int {
        let own = entries.indices.filter { entries[$0].dot.origin == Samples.origin(node) }.map { $0 + 1 }
        var (context, depth) = (VersionVector(), UInt64(0))
        for number in (seen ?? Array(1...entries.count)) + own {
            let entry = entries[number - 1]
            context.join(entry.context)
            context.include(entry.dot)
            depth = max(depth, entry.depth)
        }
        var fields: [FieldName: FieldValue] = [:]
        if Workflow.standard[code]?.kind != .side {
            fields[.stage] = .text(code)
            if !department.isEmpty { fields[.department] = .text(department) }
        }
        let trace = Trace(
            stage: code, department: department, text: "", limit: limit,
            calendar: limit.isEmpty ? "" : WorkCalendar.standard.version,
            timeMilliseconds: time.map { shanghai($0) } ?? 0,
            uncertaintyMilliseconds: uncertainty, untilMilliseconds: until.map { shanghai($0) } ?? 0)
        let previous = last[node] ?? 0
        entries.append(
            Samples.entry(
                UInt128(entries.count + 1), at: node, previous + 1, after: previous, seen: context, depth: depth + 1,
                Change(fields: fields, traces: [trace])))
        last[node] = previous + 1
        return entries.count
    }

    var report: Report { Report(id: Samples.report, folding: entries) }

    var facts: CaseFacts { CaseFacts(of: report.overview) }

    /// Where the case stands and the present rounds, one a line, as a person would note them.
    func note(now: String) -> String {
        let handled = Case(folding: entries)
        let rounds = handled.rounds.filter(\.isPresent).map { round in
            let timer = round.clock.timer(now: shanghai(now), calendar: .standard)
            var line = "\(round.stage.rawValue)"
            if round.number > 1 { line += " \(round.number)" }
            if !round.department.isEmpty { line += " (\(round.department))" }
            line += round.isStopped ? " stopped" : " \(timer.state)"
            line += ", due \(shanghaiText(timer.deadline))"
            for extended in timer.extensions { line += ", before \(shanghaiText(extended.formerDeadline))" }
            if timer.wasOverdue { line += ", was overdue" }
            if timer.punctuality == .onTimeWithinUncertainty { line += ", unsure" }
            return line
        }
        let places = handled.branches.map { $0.stage + ($0.department.isEmpty ? "" : "(\($0.department))") }
        return ([places.joined(separator: " ")] + rounds).joined(separator: "\n")
    }
}

extension CaseFacts {
    /// By the built-in calendar.
    init(of report: ReportOverview) { self.init(of: report) { WorkCalendar.standard(ifNamed: $0) } }
}
