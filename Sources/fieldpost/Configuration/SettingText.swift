import FieldpostNode

/// What a flag, a variable or a file says, as the value of its setting: one way for all three.
enum SettingText {
    /// `given`: each occurrence of a flag, the whole of a variable, the one text of a file or each member of a list
    /// there.
    static func texts(_ given: [String], of setting: Setting) -> [String] {
        switch setting.kind {
        case .texts: given.flatMap(members).map(\.nameForm)
        case .peers: given.flatMap(members)
        case .text: given.map(\.nameForm)
        case .directory, .file, .address, .boolean, .choice, .span: given
        }
    }

    /// "a, b" → a and b. An empty member stays, to be named as a mistake.
    private static func members(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingBlanks }
    }
}
