import FieldpostCore

/// The commented file that `init` writes. Chosen settings have values; all others are comments with an example.
enum ConfigurationTemplate {
    /// `chosen`: texts by setting key.
    static func text(role: Role, chosen: [String: [String]]) -> String {
        var lines = [
            "# Fieldpost configuration for a \(role == .gateway ? "gateway" : "central node").",
            "# Flags and environment variables override this file. A setting that is commented out has its default.",
        ]
        for setting in Setting.all(for: role) {
            lines.append("")
            lines.append("# \(setting.meaning)")
            lines.append("# Default: \(setting.standard).\(setting.environment.map { " Environment: \($0)." } ?? "")")
            if let texts = chosen[setting.key] {
                lines.append("\(setting.key): \(value(texts, of: setting))")
            } else {
                lines.append("#\(setting.key): \(setting.example(for: role))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func value(_ texts: [String], of setting: Setting) -> String {
        if setting.kind.isList { return "[" + texts.map(quoted).joined(separator: ", ") + "]" }
        let text = texts.joined()
        switch setting.kind {
        case .boolean, .choice, .span, .size, .links: return text
        default: return quoted(text)
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped)\""
    }
}
