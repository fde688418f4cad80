import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

extension ReportQuery {
    /// The numbers of the reports asked for, and one more if there is another page.
    func numbers(_ db: Database) throws -> [Int64] {
        var conditions = ["NOT pruned"]
        var arguments = StatementArguments()
        for (field, value) in matching.sorted(by: { $0.key < $1.key }) {
            precondition(Self.fields.contains(field), "reports cannot be filtered by \(field.rawValue)")
            conditions.append("\(field.rawValue) = ?")
            arguments += [value]
        }
        if let conflict {
            conditions.append("conflict = ?")
            arguments += [conflict]
        }
        if let before {
            conditions.append("number < ?")
            arguments += [before]
        }
        let filter = conditions.joined(separator: " AND ")
        arguments += [limit + 1]
        return try Int64.fetchAll(
            db, sql: "SELECT number FROM reports WHERE \(filter) ORDER BY number DESC LIMIT ?", arguments: arguments)
    }
}
