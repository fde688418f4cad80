/// The stages and side steps of a case in 数字城管 (digital city management), as data: `stages.tsv`.
///
/// The order is the usual one, not a rule for the merge: a node that was cut off may take any step, and two people may
/// take two different ones. Protocol/HANDLING.md says what then counts.
package struct Workflow: Sendable {
    package struct Stage: Hashable, Sendable {
        /// The code that entries contain, such as "dispatched".
        package let code: String
        package let chinese: String
        package let english: String
        package let kind: Kind
        /// Of stages that stand side by side, the one with the greatest precedence is shown. Positive.
        package let precedence: Int
        /// The stages from which this step is usually taken. Empty: it begins a case.
        package let from: [String]
        /// Who may take it.
        package let actors: Set<Actor>
        package let needs: Set<Need>
        /// In everyday words, for the reporter. Nil for a step that only staff see.
        package let publicWords: PublicWords?
    }

    package struct PublicWords: Hashable, Sendable {
        package let chinese: String
        package let english: String
    }

    package enum Kind: String, Hashable, Sendable {
        /// A stage on the usual way.
        case step
        /// The end of the usual way.
        case final
        /// A stage that takes the case back: 核实不通过, 退回, 返工, 重新处理.
        case back
        /// An end beside the usual way: 作废, 并案.
        case end
        /// A step that leaves the case at its stage.
        case side
    }

    /// Who takes steps. `collector`: 信息采集组. `handler`: 事件处置组, or the department. `leader`: of a grid.
    package enum Actor: String, Hashable, Sendable {
        case reporter, collector, handler, leader, dispatcher
    }

    /// What a step must say.
    package enum Need: String, Hashable, Sendable, CaseIterable {
        case reason, department, assignee, limit, until, original
    }

    /// In the order of the file, which is the usual one.
    package let stages: [Stage]
    private let byCode: [String: Stage]

    /// The stage of a report whose stage nobody has set.
    package var first: Stage { stages[0] }

    /// The stages of this build.
    package static let standard: Workflow = {
        guard let workflow = Workflow(table: Table(tsv: PackageResources.stages_tsv)) else {
            preconditionFailure("the built-in stages.tsv cannot be read")
        }
        return workflow
    }()

    package subscript(code: String) -> Stage? { byCode[code] }

    /// 1 for a code that this program does not know, and 0 for a stage that was emptied.
    func precedence(of stage: FieldValue) -> Int {
        switch stage {
        case .text(let code): byCode[code]?.precedence ?? 1
        case .cleared: 0
        case .integer, .location: 1
        }
    }

    /// Nil when the table is empty, a row lacks a cell, or a code is there twice.
    init?(table: Table) {
        var stages: [Stage] = []
        for row in table.rows {
            guard let code = row["code"], let chinese = row["zh"], let english = row["en"],
                let kind = row["kind"].flatMap(Kind.init(rawValue:)),
                let precedence = row["precedence"].flatMap({ Int($0) }), precedence > 0,
                let from = row["from"].map(Self.words), let who = row["who"].map(Self.words),
                let needs = row["needs"].map(Self.words), let publicChinese = row["public_zh"],
                let publicEnglish = row["public_en"]
            else { return nil }
            let (actors, needed) = (who.compactMap(Actor.init(rawValue:)), needs.compactMap(Need.init(rawValue:)))
            guard actors.count == who.count, needed.count == needs.count else { return nil }
            stages.append(
                Stage(
                    code: code, chinese: chinese, english: english, kind: kind, precedence: precedence, from: from,
                    actors: Set(actors), needs: Set(needed),
                    publicWords: publicChinese == "-"
                        ? nil : PublicWords(chinese: publicChinese, english: publicEnglish)))
        }
        guard !stages.isEmpty else { return nil }
        self.stages = stages
        byCode = Dictionary(stages.map { ($0.code, $0) }) { first, _ in first }
        guard byCode.count == stages.count else { return nil }
    }

    /// The words of a cell, which are separated by commas. "-" is none.
    private static func words(_ cell: String) -> [String] {
        cell == "-" ? [] : cell.split(separator: ",").map(String.init)
    }
}
