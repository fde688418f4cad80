/// A stage of a case that has a time of its own: which steps start and end it, and how long it may take.
///
/// The built-in table is `timers.tsv`. Cities differ in limits, and in what ends a stage, so this is configuration.
package struct TimedStage: Hashable, Sendable {
    /// In the order in which a case passes them. The whole case is the last one.
    package enum Code: String, CaseIterable, Sendable {
        case confirmation, filing, dispatch, handling, verification, closing
    }

    package let code: Code
    package let chinese: String
    package let english: String
    /// The codes of the steps that start it. Each one starts a new round.
    let starts: Set<String>
    /// The steps whose limit, where they name one, is that of this stage.
    let frozenBy: Set<String>
    /// The steps that finish it: the work is done.
    let finishes: Set<String>
    /// The steps that end it although the work is not done: it is not needed here any more.
    let stops: Set<String>
    /// Whether suspensions (挂账) stop its clock, and extensions (延时) move its deadline.
    let isSuspended: Bool
    let isExtended: Bool
    /// Its limit where no step froze one. Nil: then it has no time.
    package let limit: HandlingLimit?
}

/// The stages that have a time, each once and in their order. As text, it has a first line with the names of the
/// columns, and a line for each stage, with tabs between the cells; `-` is nothing.
package struct TimedStages: Hashable, Sendable {
    package static let columns = [
        "code", "zh", "en", "starts", "frozen_by", "finishes", "stops", "moved_by", "limit",
    ]

    package let stages: [TimedStage]

    /// The stages of this build.
    package static let standard: TimedStages = {
        do {
            return try TimedStages(text: PackageResources.timers_tsv)
        } catch {
            preconditionFailure("the built-in timers.tsv cannot be read: \(error)")
        }
    }()

    package subscript(code: TimedStage.Code) -> TimedStage { stages[Self.index[code] ?? 0] }

    private static let index = Dictionary(
        uniqueKeysWithValues: TimedStage.Code.allCases.enumerated().map { ($1, $0) })

    /// The limit that a step freezes when whoever takes it names none. Nil for a step that has no usual limit here.
    package func limit(frozenBy step: String) -> HandlingLimit? {
        stages.first { $0.frozenBy.contains(step) }?.limit
    }

    /// Throws a `TextDefect` that names the line.
    package init(text: [UInt8]) throws(TextDefect) {
        let lines = try StrictLines(text, limit: Limits.timerTableBytes).lines
        guard lines[0] == Self.columns else {
            throw TextDefect(
                line: 1, "It must name the columns \(Self.columns.joined(separator: ", ")), with tabs between them.")
        }
        var stages: [TimedStage] = []
        for (index, cells) in lines.enumerated().dropFirst() {
            do throws(Reason) {
                stages.append(try TimedStage(cells, number: index - 1))
            } catch {
                throw TextDefect(line: index + 1, error.text)
            }
        }
        guard stages.count == TimedStage.Code.allCases.count else {
            throw TextDefect(
                line: lines.count, "The text ends before “\(TimedStage.Code.allCases[stages.count].rawValue)”.")
        }
        self.stages = stages
    }
}

private struct Reason: Error {
    let text: String
}

extension TimedStage {
    /// - `number`: of the row, from 0.
    fileprivate init(_ cells: [String], number: Int) throws(Reason) {
        guard Code.allCases.indices.contains(number) else { throw Reason(text: "No further stage has a time.") }
        let code = Code.allCases[number]
        guard cells.count == TimedStages.columns.count else {
            throw Reason(text: "It has \(cells.count) cells; it must have \(TimedStages.columns.count).")
        }
        guard cells[0] == code.rawValue else {
            throw Reason(text: "It must be about “\(code.rawValue)”: the stages have one order.")
        }
        self.code = code
        (chinese, english) = (cells[1], cells[2])
        (starts, frozenBy) = (try Self.steps(cells[3]), try Self.steps(cells[4]))
        (finishes, stops) = (try Self.steps(cells[5]), try Self.steps(cells[6]))
        guard !starts.isEmpty, !finishes.isEmpty else {
            throw Reason(text: "It must name a step that starts the stage, and one that finishes it.")
        }
        guard finishes.isDisjoint(with: stops) else {
            throw Reason(text: "A step can finish the stage or stop it, not both.")
        }
        let moving = try Self.words(cells[7], among: ["suspended", "extended"])
        (isSuspended, isExtended) = (moving.contains("suspended"), moving.contains("extended"))
        guard cells[8] != "-" else {
            limit = nil
            return
        }
        guard let limit = HandlingLimit(text: cells[8]) else {
            throw Reason(text: "“\(cells[8])” is no limit, such as “4 office_hours”.")
        }
        self.limit = limit
    }

    /// Steps that move a case.
    private static func steps(_ cell: String) throws(Reason) -> Set<String> {
        try words(cell, among: Workflow.standard.stages.filter { $0.kind != .side }.map(\.code))
    }

    private static func words(_ cell: String, among known: [String]) throws(Reason) -> Set<String> {
        guard cell != "-" else { return [] }
        var found: Set<String> = []
        for word in cell.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard known.contains(word) else { throw Reason(text: "“\(word)” is not known here.") }
            guard found.insert(word).inserted else { throw Reason(text: "“\(word)” is there twice in one cell.") }
        }
        return found
    }
}
