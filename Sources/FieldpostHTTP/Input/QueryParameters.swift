import FieldpostAPI
import FieldpostCore
import HTTPTypes
package import Hummingbird

/// Reads a request's query strictly. Otherwise a misspelled parameter would be ignored without notice.
package struct QueryParameters {
    private var values: [(name: String, value: String)] = []
    private var faults: [ProblemDetails.Fault] = []

    /// Records repeated names, and names and values that are not percent-encoded UTF-8. The first value of a name
    /// counts.
    init(_ request: Request) { self.init(text: request.uri.query ?? "") }

    init(text: String) {
        var seen: Set<String> = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]) else {
                note(String(parts[0]), "is not percent-encoded UTF-8")
                continue
            }
            guard let value = parts.count > 1 ? Self.decoded(parts[1]) : "" else {
                note(name, "is not percent-encoded UTF-8")
                continue
            }
            if seen.insert(name).inserted { values.append((name, value)) } else { note(name, "occurs twice") }
        }
    }

    /// Passes each parameter to `take`, which returns what is wrong with it, or nil. Throws `.badQuery`, which names
    /// every invalid parameter.
    func read(_ take: (_ name: String, _ value: String) -> String?) throws(Problem) {
        var reading = self
        for (name, value) in values {
            if let defect = take(name, value) { reading.note(name, defect) }
        }
        let faults = reading.faults
        guard faults.isEmpty else {
            throw Problem(
                .badQuery, "\(faults[0].detail) Nothing was changed. Correct it and try again.",
                faults: faults)
        }
    }

    /// Reads how many lines a page may have. Returns what is wrong with the value, and then sets nothing.
    static func read(limit value: String, upTo most: Int = Limits.pageReports, into limit: inout Int) -> String? {
        guard let number = Int(value), (1...most).contains(number) else { return "must be a number from 1 to \(most)" }
        limit = number
        return nil
    }

    /// For a path without parameters. Throws `.badQuery`.
    package static func refuseAll(_ request: Request) throws(Problem) {
        try QueryParameters(request).read { _, _ in "is not a parameter of this path, which has none" }
    }

    /// For a path with one parameter. Returns nil if it is missing. Throws `.badQuery`.
    package static func only(_ known: String, _ request: Request) throws(Problem) -> String? {
        var found: String?
        try QueryParameters(request).read { name, value in
            guard name == known else { return "is not a parameter of this path, which has only \(known)" }
            found = value
            return nil
        }
        return found
    }

    /// For a path with several parameters. Returns the given ones by name. Throws `.badQuery`.
    package static func some(_ known: [String], _ request: Request) throws(Problem) -> [String: String] {
        var found: [String: String] = [:]
        try QueryParameters(request).read { name, value in
            guard known.contains(name) else {
                return "is not a parameter of this path, which has only \(known.joined(separator: ", "))"
            }
            found[name] = value
            return nil
        }
        return found
    }

    private mutating func note(_ name: String, _ defect: String) {
        guard faults.count < Problem.shownFaults else { return }
        let shown = name.shortened()
        faults.append(ProblemDetails.Fault(parameter: shown, detail: "\"\(shown)\" \(defect)."))
    }

    /// Returns nil if the text is not percent-encoded UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        PercentEncoding.units(text).flatMap { String(validating: $0.map(\.byte), as: UTF8.self) }
    }
}
