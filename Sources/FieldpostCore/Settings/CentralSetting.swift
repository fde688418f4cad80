/// What central's administrators decided for all nodes, such as office hours or the list of departments: a text with a
/// name. An entry of kind `setting` carries one version of it.
package struct CentralSetting: Hashable, Sendable {
    package let name: String
    package let text: String

    /// Nil if the name is none (`isName`), or if the text is empty or longer than `Limits.settingBytes`.
    package init?(name: String, text: String) {
        guard Self.isName(name), (1...Limits.settingBytes).contains(text.utf8.count) else { return nil }
        self.name = name
        self.text = text
    }

    /// 1 to 64 characters of `a`–`z`, `0`–`9`, `_` and `-`.
    package static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// What an entry of kind `setting` says. Nil if it says something else.
    package init?(_ change: Change) {
        guard case .text(let name)? = change.fields[.setting], change.fields.count == 1,
            (1...Limits.settingParts).contains(change.notes.count),
            change == Change(fields: change.fields, notes: change.notes)
        else { return nil }
        self.init(name: name, text: change.notes.map(\.text).joined())
    }

    /// The change of an entry of kind `setting`: the name as a field, and the text in as few notes as it needs.
    package var change: Change {
        var (parts, part, bytes): ([Note], String.UnicodeScalarView, Int) = ([], String.UnicodeScalarView(), 0)
        for scalar in text.unicodeScalars {
            if bytes + UTF8.width(scalar) > Limits.textBytes {
                parts.append(Note(text: String(part)))
                (part, bytes) = (String.UnicodeScalarView(), 0)
            }
            part.append(scalar)
            bytes += UTF8.width(scalar)
        }
        return Change(fields: [.setting: .text(name)], notes: parts + [Note(text: String(part))])
    }
}

extension FieldName {
    /// The name of a setting, in entries of kind `setting`.
    package static let setting = FieldName(rawValue: "setting")
}
