package import FieldpostCore

/// The settings of central: one journal holds each version that central ever wrote. Central writes them; they travel to
/// every gateway by its feed.
package protocol SettingStore: Sendable {
    /// The newest version of a setting of a central node; nil if there is none. Of several versions, the one of the
    /// greatest number is the newest; of equal numbers, which two incarnations of central may write, the one of the
    /// greatest id.
    func setting(_ name: String, of central: NodeID) async throws(JournalError) -> SettingVersion?

    /// The id of the newest version, without reading its text. If that cannot be read, `setting` answers an older one.
    func newestSetting(_ name: String, of central: NodeID) async throws(JournalError) -> EntryID?

    /// One version of a setting of a central node, however old; nil if it is not held.
    func setting(version: EntryID, of central: NodeID) async throws(JournalError) -> SettingVersion?

    /// The newest version of each setting of a central node, in the order of the names.
    func settings(of central: NodeID) async throws(JournalError) -> [SettingVersion]

    /// At central: writes a new version of a setting, durably, with an audit event. `known`: the version that the
    /// administrator saw; nil if there was none. Throws `.settingChanged` if another one is the newest by now, and
    /// `.tooManySettings`.
    func keep(
        _ setting: CentralSetting, replacing known: EntryID?, author: String, stamp: Stamp
    ) async throws(JournalError) -> SettingVersion
}

/// A version of a setting, as a journal holds it.
package struct SettingVersion: Hashable, Sendable {
    package let setting: CentralSetting
    /// The entry's id. It stays when the entry moves to another dot.
    package let id: EntryID
    /// Counts up from 1.
    package let number: UInt64
    package let author: String
    package let stamp: Stamp

    package init(setting: CentralSetting, id: EntryID, number: UInt64, author: String, stamp: Stamp) {
        self.setting = setting
        self.id = id
        self.number = number
        self.author = author
        self.stamp = stamp
    }
}
