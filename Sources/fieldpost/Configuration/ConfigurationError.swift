/// Everything that is wrong with a configuration, found in one pass.
struct ConfigurationError: Error, Hashable, Sendable {
    let problems: [Problem]

    /// One mistake: where it stands, and what would be right.
    struct Problem: Hashable, Sendable {
        let place: Place
        let message: String
    }

    /// Where a value came from.
    enum Place: Hashable, Sendable {
        case flag(String)
        case variable(String)
        case file(path: String, line: Int)
        /// The file as a whole.
        case wholeFile(path: String)
        /// Nobody said anything.
        case standard
    }
}

extension ConfigurationError.Place: CustomStringConvertible {
    var description: String {
        switch self {
        case .flag(let name): "--\(name)"
        case .variable(let name): name
        case .file(let path, let line): "\(path):\(line)"
        case .wholeFile(let path): path
        case .standard: "default"
        }
    }
}

extension ConfigurationError: CustomStringConvertible {
    var description: String {
        let title =
            problems.count == 1 ? "The configuration has an error:" : "The configuration has \(problems.count) errors:"
        let lines = problems.map { "  \($0.place): \($0.message)" }
        return ([title] + lines + ["Nothing was started or changed."]).joined(separator: "\n")
    }
}
