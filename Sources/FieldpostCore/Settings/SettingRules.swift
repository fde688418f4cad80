/// What is wrong with the text of a setting, by the setting's name. A name without a rule takes any text.
package struct SettingRules: Sendable {
    /// Returns what is wrong, for people, or nil.
    package typealias Rule = @Sendable (_ text: String) -> String?

    private let rules: [String: Rule]

    package init(_ rules: [String: Rule] = [:]) { self.rules = rules }

    /// What is wrong with a setting; nil if nothing is.
    package func defect(of setting: CentralSetting) -> String? { rules[setting.name]?(setting.text) }

    /// The rules of the settings that this program reads. Whoever reads a new one adds its rule here.
    package static let standard = SettingRules()
}
