import FieldpostAPI
import HTTPTypes
package import Hummingbird

/// A request's query, read strictly: a misspelt parameter would else change nothing and say nothing.
package struct QueryParameters {
    private var values: [(name: String, value: String)] = []
    private var faults: [ProblemDetails.Fault] = []

    /// Notes what stands twice and what is no percent-encoded UTF-8; the first value of a name counts.
    init(_ request: Request) {
        var seen: Set<String> = []
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]) else {
                note(String(parts[0]), "is no percent-encoded UTF-8")
                continue
            }
            guard let value = parts.count > 1 ? Self.decoded(parts[1]) : "" else {
                note(name, "is no percent-encoded UTF-8")
                continue
            }
            if seen.insert(name).inserted { values.append((name, value)) } else { note(name, "stands twice") }
        }
    }

    /// Hands each parameter to `take`, which says what is wrong with it, or nil. Throws `.badQuery`, which names every
    /// parameter that is wrong.
    func read(_ take: (_ name: String, _ value: String) -> String?) throws(Problem) {
        var reading = self
        for (name, value) in values {
            if let defect = take(name, value) { reading.note(name, defect) }
        }
        let faults = reading.faults
        guard faults.isEmpty else {
            throw Problem(
                .badQuery, "\(faults[0].detail) Nothing was changed; correct it and ask again.",
                faults: faults)
        }
    }

    /// For a path that takes no parameter. Throws `.badQuery`.
    package static func refuseAll(_ request: Request) throws(Problem) {
        try QueryParameters(request).read { _, _ in "is no parameter of this path, which takes none" }
    }

    /// For a path that takes one parameter. Nil when it is missing. Throws `.badQuery`.
    package static func only(_ known: String, _ request: Request) throws(Problem) -> String? {
        var found: String?
        try QueryParameters(request).read { name, value in
            guard name == known else { return "is no parameter of this path, which takes \(known)" }
            found = value
            return nil
        }
        return found
    }

    /// For a path that takes some parameters: those given, by name. Throws `.badQuery`.
    package static func some(_ known: [String], _ request: Request) throws(Problem) -> [String: String] {
        var found: [String: String] = [:]
        try QueryParameters(request).read { name, value in
            guard known.contains(name) else {
                return "is no parameter of this path, which takes \(known.joined(separator: ", "))"
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

    /// Nil when it is no percent-encoded UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        PercentEncoding.units(text).flatMap { String(validating: $0.map(\.byte), as: UTF8.self) }
    }
}
