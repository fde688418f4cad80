import Foundation

/// What an import prints.
enum ImportText {
    static func rejection(file: String, line: Int, reason: String) -> String {
        "\(file):\(line): \(reason). Skipped.\n"
    }

    static func json(_ summary: ImportSummary) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(summary), as: UTF8.self) + "\n"
    }

    static func text(_ summary: ImportSummary, isRehearsal: Bool) -> String {
        if isRehearsal {
            let good = summary.rows - summary.malformed
            return "\(Quantity.count(good)) of \(Quantity.count(summary.rows)) rows can be imported, "
                + "\(Quantity.count(summary.malformed)) are malformed. Nothing was sent.\n"
        }
        let rate = summary.seconds > 0 ? Double(summary.accepted) / summary.seconds : 0
        var lines = [
            "\(Quantity.count(summary.accepted)) of \(Quantity.count(summary.rows)) reports are durable at the gateway "
                + "(\(Quantity.count(Int(rate)))/s)."
        ]
        if summary.alreadyThere > 0 {
            lines.append("\(Quantity.count(summary.alreadyThere)) of them were there already.")
        }
        if summary.malformed > 0 {
            lines.append("\(Quantity.count(summary.malformed)) rows are malformed and were skipped.")
        }
        if summary.refused > 0 {
            lines.append("\(Quantity.count(summary.refused)) reports were refused by the gateway.")
        }
        if summary.retries > 0 { lines.append("\(Quantity.count(summary.retries)) requests were sent again.") }
        if let failure = summary.failure { lines.append("Given up: \(failure)") }
        if summary.isStopped || summary.failure != nil {
            lines.append("To go on, run the same command again: what is there already is not doubled.")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
