/// What is wrong with the text of a setting, by the setting's name. A name without a rule takes any text.
package struct SettingRules: Sendable {
    /// Returns what is wrong, as a sentence for people, or nil. `former`: the text that it replaces; nil if there is
    /// none.
    package typealias Rule = @Sendable (_ text: String, _ former: String?) -> String?

    private let rules: [String: Rule]

    package init(_ rules: [String: Rule] = [:]) { self.rules = rules }

    /// What is wrong with a setting, as a sentence; nil if nothing is.
    package func defect(of setting: CentralSetting, replacing former: String?) -> String? {
        rules[setting.name]?(setting.text, former)
    }

    /// The rules of the settings that this program reads. Whoever reads a new one adds its rule here.
    package static let standard = SettingRules([
        CentralSetting.calendar: { text, _ in
            parsed(text) { text throws(TextDefect) in try WorkCalendar(text: text) }.defect?.description
        },
        CentralSetting.sealingKey: { _, _ in
            "A key that nobody holds would lose what is sealed to it. `fieldpost sealing rotate` makes one."
        },
        CentralSetting.catalogue: { text, former in
            let (catalogue, defect) = SettingRules.catalogue(text)
            guard let catalogue else { return defect?.description }
            let known = former.flatMap { SettingRules.catalogue($0).value?.categories } ?? []
            // Reports may have it, and it should stay known.
            guard let lost = known.first(where: { catalogue.known($0.code) == nil }) else { return nil }
            return "It lacks the category \(lost.code), which reports may have. Keep it, with “retired” below it."
        },
        CentralSetting.organisation: { text, _ in
            parsed(text) { text throws(TextDefect) in try Organisation(text: text) }.defect?.description
        },
        CentralSetting.templates: { text, _ in
            parsed(text) { text throws(TextDefect) in try AnswerTemplates(text: text) }.defect?.description
        },
    ])

    private static func catalogue(_ text: String) -> (value: Catalogue?, defect: TextDefect?) {
        parsed(text) { text throws(TextDefect) in try Catalogue(text: text) }
    }

    private static func parsed<Value>(
        _ text: String, _ parse: ([UInt8]) throws(TextDefect) -> Value
    ) -> (value: Value?, defect: TextDefect?) {
        do throws(TextDefect) {
            return (try parse(Array(text.utf8)), nil)
        } catch {
            return (nil, error)
        }
    }
}

extension CentralSetting {
    /// The names of settings that this program reads.
    package static let calendar = "calendar"
    package static let catalogue = "catalogue"
    package static let organisation = "organisation"
    package static let templates = "templates"
    package static let sealingKey = "sealing-key"
    /// The drawing of the grids and buildings: GeoJSON (RFC 7946), with `grid` and `name` among the properties.
    package static let map = "map"

    /// The text that holds while central has not made the setting; nil for a name that this program does not read.
    package static func builtIn(_ name: String) -> String? {
        switch name {
        case calendar: String(decoding: WorkCalendar.standard.text, as: UTF8.self)
        case catalogue: String(decoding: Catalogue.standard.text, as: UTF8.self)
        case organisation: String(decoding: Organisation.standard.text, as: UTF8.self)
        case templates: String(decoding: AnswerTemplates.standard.text, as: UTF8.self)
        default: nil
        }
    }
}
