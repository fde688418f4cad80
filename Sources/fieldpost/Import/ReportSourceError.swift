/// Why a file cannot be replayed at all.
enum ReportSourceError: Error, Hashable, Sendable {
    case unreadable(path: String)
    case noHeader(path: String)
    case unknownForm(path: String, columns: [String])
    /// A column that no field of the API matches.
    case unknownColumn(path: String, column: String, hint: String)
    case repeatedColumn(path: String, column: String)
    /// A file that the Pingshan form needs beside it is not there.
    case missingMap(path: String)
    /// Rows that share an id with an earlier one, and say something else.
    case reusedIDs(path: String, first: RepeatedRows.Pair, count: Int)
}

extension ReportSourceError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable(let path):
            "\(path) cannot be read. Look at the name and its permissions."
        case .noHeader(let path):
            "\(path) does not begin with a line of column names in UTF-8. Save it as \"CSV UTF-8\"."
        case .unknownForm(let path, let columns):
            "\(path) has columns of neither form (\(columns.prefix(5).joined(separator: ", "))…). "
                + "`fieldpost import --help` describes both."
        case .unknownColumn(let path, let column, let hint):
            "\(path) has a column \"\(column)\", which is no field of a report.\(hint) Rename it or take it out."
        case .repeatedColumn(let path, let column):
            "\(path) has two columns \"\(column)\". Take one of them out."
        case .reusedIDs(let path, let first, let count):
            "\(path):\(first.again): the id \(first.row) stands in line \(first.first) too, with other content (column "
                + "\(first.columns.joined(separator: ", "))). In all, \(Quantity.count(count, "row")) of the file "
                + "\(count == 1 ? "is" : "are") such. Nothing was sent. Correct the ids, or let each such row be a "
                + "report of its own: `fieldpost import --take-reused-ids`."
        case .missingMap(let path):
            "\(path) is not there: it says which category each type stands for. Name the file with --map."
        }
    }
}
