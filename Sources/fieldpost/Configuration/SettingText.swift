import FieldpostNode

/// Converts the text of a flag, a variable or a file into the values of a setting, in the same way for all three.
enum SettingText {
    /// `given`: the occurrences of a flag, the text of a variable, or the text or list members in a file.
    static func texts(_ given: [String], of setting: Setting) -> [String] {
        switch setting.kind {
        case .texts: given.flatMap(members).map(\.nameForm)
        case .peers: given.flatMap(members)
        case .text: given.map(\.nameForm)
        case .directory, .file, .address, .boolean, .choice, .span, .size, .links: given
        }
    }

    /// "a, b" → a and b. An empty member is kept, so that it can be reported as an error.
    private static func members(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingBlanks }
    }
}
