import FieldpostCore
import FieldpostNode

/// Texts within HTML.
package enum PageText {
    /// Whatever the text is, it stays text, also within an attribute in quotes.
    package static func escaped(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // Browsers would replace it themselves, or end the text.
            case "\0": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The categories as the options of a `select`: a group for each major.
    static func options(_ catalogue: Catalogue) -> String {
        var text = ""
        var major: String?
        for category in catalogue.categories where !category.isRetired {
            if category.major.code != major {
                if major != nil { text += "</optgroup>" }
                major = category.major.code
                text += "<optgroup label=\"\(escaped(category.major.chinese))\">"
            }
            text += "<option value=\"\(escaped(category.code))\">\(escaped(category.chinese))</option>"
        }
        return major == nil ? text : text + "</optgroup>"
    }

    static func options(_ grids: [PublicGrid]) -> String {
        grids.map { "<option value=\"\(escaped($0.code))\">\(escaped($0.zh))</option>" }.joined()
    }
}
