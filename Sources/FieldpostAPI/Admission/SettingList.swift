/// The newest versions of central's settings, without their texts.
package struct SettingList: Codable, Hashable, Sendable {
    package var settings: [SettingState]

    package init(settings: [SettingState]) { self.settings = settings }
}

/// One version of a setting.
package struct SettingState: Codable, Hashable, Sendable {
    package var name: String
    /// The id of this version.
    package var version: String
    /// Counts up from 1.
    package var number: UInt64
    package var bytes: Int
    package var author: String
    /// RFC 3339, UTC, by central's wall clock at that time. Nil if the time is unknown.
    package var at: String?
    /// Nil in lists.
    package var text: String?

    package init(
        name: String, version: String, number: UInt64, bytes: Int, author: String, at: String?, text: String?
    ) {
        self.name = name
        self.version = version
        self.number = number
        self.bytes = bytes
        self.author = author
        self.at = at
        self.text = text
    }
}
