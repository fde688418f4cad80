/// All errors of a configuration, found in one pass.
struct ConfigurationError: Error, Hashable, Sendable {
    let problems: [Problem]

    /// One error: its place, and how to correct it.
    struct Problem: Hashable, Sendable {
        let place: Place
        let message: String
    }

    /// Where a value came from.
    enum Place: Hashable, Sendable {
        case flag(String)
        case variable(String)
        case file(path: String, line: Int)
        /// The whole file.
        case wholeFile(path: String)
        /// No layer gave the value.
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
