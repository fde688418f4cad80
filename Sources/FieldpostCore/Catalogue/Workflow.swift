/// The stages of a report in 数字城管 (digital city management), as data: `stages.tsv`.
///
/// The order is the usual one, not a rule. A node that was cut off may set any stage, and two departments may set two
/// different ones.
package struct Workflow: Sendable {
    package struct Stage: Hashable, Sendable {
        /// The code that entries contain, such as "dispatched".
        package let code: String
        package let chinese: String
        package let english: String
        package let kind: Kind
    }

    /// `step`: a normal stage; `final`: the end; `side`: an exception from which the report returns later (退回 延时 挂账).
    package enum Kind: String, Hashable, Sendable {
        case step, final, side
    }

    package let stages: [Stage]

    /// The stage of a report whose stage nobody has set.
    package var first: Stage { stages[0] }

    /// The stages of this build.
    package static let standard: Workflow = {
        guard let workflow = Workflow(table: Table(tsv: PackageResources.stages_tsv)) else {
            preconditionFailure("the built-in stages.tsv cannot be read")
        }
        return workflow
    }()

    package subscript(code: String) -> Stage? { stages.first { $0.code == code } }

    /// Nil when the table is empty, or a row lacks a cell.
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
