import Foundation

/// The output of an import.
enum ImportText {
    static func rejection(file: String, line: Int, reason: String) -> String {
        let sentence = reason.hasSuffix(".") ? reason : reason + "."
        return "\("\(file):\(line): \(sentence)".visibleLine) Skipped.\n"
    }

    /// The lines of each kind that are printed. For the rest, only the number is printed.
    private static let shownRepetitions = 20

    /// The duplicate rows of a file; empty when there are none.
    static func repetitions(_ rows: RepeatedRows, file: String) -> String {
        let same = rows.same.map {
            "\(file):\($0.again): has the same content as line \($0.first) (id \($0.row)). Both are one report."
        }
        let different = rows.different.map {
            "\(file):\($0.again): has the id \($0.row) of line \($0.first), but differs in column "
                + "\($0.columns.joined(separator: ", "))."
        }
        return [same, different].flatMap { lines in
            let more = lines.count - shownRepetitions
            return lines.prefix(shownRepetitions) + (more > 0 ? ["\(file): … and \(more) more such lines."] : [])
        }.map { $0.visibleLine + "\n" }.joined()
    }

    static func json(_ summary: ImportSummary) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(summary), as: UTF8.self) + "\n"
    }

    static func text(_ summary: ImportSummary, isRehearsal: Bool) -> String {
        if isRehearsal {
            let good = summary.rows - summary.malformed - summary.repeated
            let repeated = summary.repeated > 0 ? ", \(Quantity.count(summary.repeated)) are duplicates" : ""
            return "\(Quantity.count(good)) of \(Quantity.count(summary.rows, "row")) can be imported, "
                + "\(Quantity.count(summary.malformed)) cannot be read\(repeated). Nothing was sent.\n"
        }
        let rate = summary.seconds > 0 ? Double(summary.accepted) / summary.seconds : 0
        var lines = [
            "\(Quantity.count(summary.accepted)) of \(Quantity.count(summary.rows, "report")) durable at the gateway "
                + "(\(Quantity.count(Int(rate)))/s)."
        ]
        if summary.alreadyThere > 0 {
            lines.append("Already at the gateway: \(Quantity.count(summary.alreadyThere)).")
        }
        if summary.setAside > 0 {
            lines.append(
                "Accepted without an impossible value: \(Quantity.count(summary.setAside, "report")). "
                    + "`fieldpost show` shows the value as set_aside.")
        }
        if summary.repeated > 0 {
            lines.append("Duplicates in the file: \(Quantity.count(summary.repeated, "row")).")
        }
        if summary.malformed > 0 {
            lines.append("Malformed and skipped: \(Quantity.count(summary.malformed, "row")).")
        }
        if summary.refused > 0 {
            lines.append("Refused by the gateway: \(Quantity.count(summary.refused, "report")).")
        }
        if summary.retries > 0 { lines.append("Sent again: \(Quantity.count(summary.retries, "request")).") }
        if let failure = summary.failure { lines.append("Given up: \(failure.visibleLine)") }
        if summary.isStopped || summary.failure != nil {
            lines.append("To continue, run the same command again. Reports that exist already are not duplicated.")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
