import ArgumentParser
import FieldpostClient
import FieldpostCore
import FieldpostNode

/// Which values a person keeps or writes, by field.
struct ConflictDecision: Hashable {
    /// Field → the number of the value in the list, from 1.
    private(set) var taken: [String: Int] = [:]
    private(set) var written: [String: String] = [:]

    var isEmpty: Bool { taken.isEmpty && written.isEmpty }

    /// Fields that a step settles, not an edit.
    private static let ofSteps: Set<String> = [FieldName.stage.rawValue, FieldName.department.rawValue]

    /// Throws `ValidationError`.
    init(take: [String], set: [String]) throws {
        for text in take {
            let (field, value) = try Self.pair(text, "--take", "FIELD=N")
            guard let number = Int(value), number > 0 else {
                throw ValidationError("--take \(text): what follows `=` must be the number of a value, from 1.")
            }
            try note(field)
            taken[field] = number
        }
        for text in set {
            let (field, value) = try Self.pair(text, "--set", "FIELD=VALUE")
            try note(field)
            written[field] = value
        }
    }

    private func note(_ field: String) throws {
        guard taken[field] == nil, written[field] == nil else {
            throw ValidationError("\(field) is decided twice. Nothing was changed.")
        }
        guard !Self.ofSteps.contains(field) else {
            throw ValidationError("A step settles the \(field), so that it is recorded: see `fieldpost step --help`.")
        }
    }

    private static func pair(_ text: String, _ option: String, _ form: String) throws -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw ValidationError("\(option) \(text): write \(form), such as \(form.replacing("FIELD", with: "text")).")
        }
        return (String(parts[0]), String(parts[1]))
    }

    /// Eight digits that stand for a version of a report. Nil for an answer without one.
    static func mark(of version: String?) -> String? {
        version.map { String(Hash256(hashing: Array($0.utf8)).hex.prefix(8)) }
    }

    /// The members of the edit. Throws `CommandFailure` for a value that was not shown.
    func members(for report: JSONValue) throws(CommandFailure) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for (field, number) in taken.sorted(by: { $0.key < $1.key }) {
            let siblings = report["siblings"]?[field]?.list ?? []
            guard siblings.count > 1 else {
                throw CommandFailure(
                    .incomplete, "\(field.visibleLine) is not in conflict. Nothing was changed.")
            }
            guard number <= siblings.count, let value = siblings[number - 1]["value"] else {
                throw CommandFailure(
                    .incomplete,
                    "\(field.visibleLine) has \(siblings.count) values, so there is no value \(number). Nothing was "
                        + "changed.")
            }
            members[field] = value
        }
        for (field, text) in written { members[field] = try Self.value(text, of: field) }
        return members
    }

    private static func value(_ text: String, of field: String) throws(CommandFailure) -> JSONValue {
        guard !text.isEmpty else { return .null }
        guard field == FieldName.location.rawValue else { return .text(text) }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            .map { Double(String($0).trimmingBlanks) }
        guard parts.count == 2, let latitude = parts[0], let longitude = parts[1] else {
            throw CommandFailure(.usage, "--set location: write LATITUDE,LONGITUDE in degrees. Nothing was changed.")
        }
        return .object(["lat": .number(latitude), "lon": .number(longitude)])
    }
}
