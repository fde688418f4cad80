/// The stages that a report passes through in 数字城管 (digital city management), as data: `stages.tsv`.
///
/// The order is the usual one, not a rule: a node that was cut off may set any stage, and two departments may set two.
package struct Workflow: Sendable {
    package struct Stage: Hashable, Sendable {
        /// Such as "dispatched": what stands in entries.
        package let code: String
        package let chinese: String
        package let english: String
        package let kind: Kind
    }

    /// `step`: on the way; `final`: the end of it; `side`: off the way, and back to it later (退回 延时 挂账).
    package enum Kind: String, Hashable, Sendable {
        case step, final, side
    }

    package let stages: [Stage]

    /// The stage a report has before anyone set one.
    package var first: Stage { stages[0] }

    /// The stages that this build ships.
    package static let standard: Workflow = {
        guard let workflow = Workflow(table: Table(tsv: PackageResources.stages_tsv)) else {
            preconditionFailure("stages.tsv, which this program ships, cannot be read")
        }
        return workflow
    }()

    package subscript(code: String) -> Stage? { stages.first { $0.code == code } }

    /// Nil when there is no stage, or a row lacks a cell.
    init?(table: Table) {
        var stages: [Stage] = []
        for row in table.rows {
            guard let code = row["code"], let chinese = row["zh"], let english = row["en"],
                let kind = row["kind"].flatMap(Kind.init(rawValue:))
            else { return nil }
            stages.append(Stage(code: code, chinese: chinese, english: english, kind: kind))
        }
        guard !stages.isEmpty else { return nil }
        self.stages = stages
    }
}
