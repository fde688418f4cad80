import FieldpostCore
import FieldpostNode
import FieldpostTransport

/// Takes for each setting the first layer that gives it, and checks what every layer gives.
struct ConfigurationJoin {
    private var given: [String: ConfigurationLayer.Given] = [:]
    private(set) var problems: [ConfigurationError.Problem] = []

    /// `layers`: the strongest first.
    init(role: Role, layers: [ConfigurationLayer]) {
        for layer in layers {
            problems += layer.problems
            for setting in Setting.all {
                guard let value = layer.given[setting.key] else { continue }
                problems += Self.mistakes(in: value, of: setting, role: role)
                if given[setting.key] == nil { given[setting.key] = value }
            }
        }
        problems += exposureProblems()
        problems.sort { Self.line($0.place) < Self.line($1.place) }
    }

    func text(_ setting: Setting) -> String? { given[setting.key]?.texts.first }

    func texts(_ setting: Setting) -> [String] { given[setting.key]?.texts ?? [] }

    /// The addresses of `listen` and `dial` that are not on this machine.
    static func exposed(_ settings: NodeSettings) -> [String] {
        ((settings.listen.map { [$0] } ?? []) + settings.dial).filter(isExposed)
    }

    /// Plain TCP beyond this machine without the switch for it: one problem for each address.
    private func exposureProblems() -> [ConfigurationError.Problem] {
        guard text(.insecure) != "true" else { return [] }
        return [Setting.listen, Setting.dial].flatMap { setting -> [ConfigurationError.Problem] in
            guard let value = given[setting.key] else { return [] }
            return value.texts.filter(Self.isExposed).map { text in
                let message =
                    "\(setting.key): \"\(text)\" reaches beyond this machine, and this version only speaks plain TCP. "
                    + "Use a loopback address, or set `insecure: true` on a network of your own."
                return .init(place: value.place, message: message)
            }
        }
    }

    private static func isExposed(_ text: String) -> Bool { Endpoint(text).map { !$0.isLoopback } ?? false }

    private static func mistakes(
        in value: ConfigurationLayer.Given, of setting: Setting, role: Role
    ) -> [ConfigurationError.Problem] {
        guard setting.roles.contains(role) else {
            let roles = setting.roles.map(\.name).sorted().joined(separator: ", ")
            return [
                .init(place: value.place, message: "\(setting.key) is a setting for \(roles), not for \(role.name).")
            ]
        }
        var mistakes = SettingCheck.mistakes(in: value.texts, of: setting)
        if setting.key == Setting.role.key, mistakes.isEmpty, value.texts != [role.name] {
            mistakes = ["this file is for \(value.texts.joined()), but `fieldpost \(role.name)` was started."]
        }
        return mistakes.map { .init(place: value.place, message: $0) }
    }

    /// Flags and variables first, then the file from top to bottom.
    private static func line(_ place: ConfigurationError.Place) -> Int {
        if case .file(_, let line) = place { line } else { 0 }
    }
}
