import FieldpostClient
import FieldpostNode

/// The values from one source (flags, environment, file), before they are checked.
struct ConfigurationLayer: Sendable {
    struct Given: Hashable, Sendable {
        /// One text, or the members of a list.
        var texts: [String]
        var place: ConfigurationError.Place
    }

    var given: [String: Given] = [:]
    /// From a file alone.
    var links: [LinkClass] = []
    var problems: [ConfigurationError.Problem] = []

    /// Variables with secrets for commands. A daemon may find them in its environment.
    private static let ofCommands: Set<String> = [
        EnrollmentTokenSource.variable, HTTPExchange.tokenVariable, AccessCommand.Account.variable,
    ]

    /// The variables of the settings. An unknown `FIELDPOST_…` variable is an error; `FIELDPOST_TEST_…` belongs to the
    /// tests.
    init(environment: [String: String]) {
        let known = Setting.all.reduce(into: [String: Setting]()) { known, setting in
            if let variable = setting.environment { known[variable] = setting }
        }
        for (variable, text) in environment.sorted(by: { $0.key < $1.key }) where variable.hasPrefix("FIELDPOST_") {
            if let setting = known[variable] {
                given[setting.key] = Given(
                    texts: SettingText.texts([text], of: setting), place: .variable(variable))
            } else if variable != Setting.configurationVariable, !variable.hasPrefix("FIELDPOST_TEST_"),
                !Self.ofCommands.contains(variable)
            {
                let question = NearMiss.question(variable, among: known.keys.sorted() + [Setting.configurationVariable])
                problems.append(.init(place: .variable(variable), message: "unknown variable.\(question)"))
            }
        }
    }

    /// `values`: by setting; nil when the flag was not given.
    init(flags values: [(Setting, [String]?)]) {
        for (setting, texts) in values {
            guard let texts, let flag = setting.flag else { continue }
            given[setting.key] = Given(texts: SettingText.texts(texts, of: setting), place: .flag(flag))
        }
    }

    init() {}
}
