import FieldpostCore
import FieldpostNode
import FieldpostTransport

/// For each setting, takes the value of the first layer that gives one. Checks the values of all layers.
struct ConfigurationJoin {
    private var given: [String: ConfigurationLayer.Given] = [:]
    private(set) var problems: [ConfigurationError.Problem] = []
    /// The setting `links`, which has no text.
    let links: [LinkClass]

    /// `layers`: in order of precedence.
    init(role: Role, layers: [ConfigurationLayer]) {
        links = layers.flatMap(\.links)
        for layer in layers {
            problems += layer.problems
            for setting in Setting.all {
                guard let value = layer.given[setting.key] else { continue }
                problems += Self.mistakes(in: value, of: setting, role: role)
                if given[setting.key] == nil { given[setting.key] = value }
            }
        }
        problems.sort { Self.line($0.place) < Self.line($1.place) }
    }

    /// By setting, without the settings that no layer gives.
    var values: [String: [String]] { given.mapValues(\.texts) }

    func text(_ setting: Setting) -> String? { given[setting.key]?.texts.first }

    func place(_ setting: Setting) -> ConfigurationError.Place? { given[setting.key]?.place }

    func texts(_ setting: Setting) -> [String] { given[setting.key]?.texts ?? [] }

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
