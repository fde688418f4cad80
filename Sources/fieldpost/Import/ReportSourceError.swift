/// Why a file cannot be imported at all.
enum ReportSourceError: Error, Hashable, Sendable {
    case unreadable(path: String)
    case noHeader(path: String)
    case unknownForm(path: String, columns: [String])
    /// A column that is not a field of the API.
    case unknownColumn(path: String, column: String, hint: String)
    case repeatedColumn(path: String, column: String)
    /// A file that the Pingshan format needs does not exist.
    case missingMap(path: String)
    /// Rows with the id of an earlier row, but with other content.
    case reusedIDs(path: String, first: RepeatedRows.Pair, count: Int)
}

extension ReportSourceError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable(let path):
            "\(path) cannot be read. Check its name and its permissions."
        case .noHeader(let path):
            "\(path) does not begin with a line of column names in UTF-8. Save it as \"CSV UTF-8\"."
        case .unknownForm(let path, let columns):
            "\(path) has columns of neither format (\(columns.prefix(5).joined(separator: ", "))…). "
                + "`fieldpost import --help` describes both."
        case .unknownColumn(let path, let column, let hint):
            "\(path) has a column \"\(column)\", which is not a field of a report.\(hint) Rename or remove it."
        case .repeatedColumn(let path, let column):
            "\(path) has two columns \"\(column)\". Remove one of them."
        case .reusedIDs(let path, let first, let count):
            "\(path):\(first.again): the id \(first.row) is also in line \(first.first), with other content (column "
                + "\(first.columns.joined(separator: ", "))). In total, \(Quantity.count(count, "row")) of the file "
                + "\(count == 1 ? "is" : "are") like this. Nothing was sent. Correct the ids, or import each such row "
                + "as a separate report: `fieldpost import --take-reused-ids`."
        case .missingMap(let path):
            "\(path) does not exist. It maps each type to a category. Name the file with --map."
        }
    }
}
