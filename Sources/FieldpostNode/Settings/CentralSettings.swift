package import FieldpostCore
package import FieldpostStore
package import Logging
import Synchronization

/// The settings of central that this node reads: each in its newest version, or as built in while there is none.
///
/// A case freezes the versions by which its time was computed, so older ones can be read too.
package final class CentralSettings: Sendable {
    /// A setting that holds now.
    package struct InForce<Value: Sendable>: Sendable {
        package let value: Value
        /// By which a case names it: the id of the entry that carries it, or the version that a built-in one names.
        package let version: String
        /// The newest entry of this name that was read for it. Nil for the built-in one while there is none.
        fileprivate let newest: EntryID?
    }

    private struct State {
        var catalogue = InForce(value: Catalogue.standard, version: Catalogue.standard.version, newest: nil)
        var calendar = InForce(value: WorkCalendar.standard, version: WorkCalendar.standard.version, newest: nil)
        var organisation = InForce(
            value: Organisation.standard, version: Organisation.standard.version, newest: nil)
        var templates = InForce(
            value: AnswerTemplates.standard, version: AnswerTemplates.standard.version, newest: nil)
        var sealingKey = InForce<SealingKey?>(value: nil, version: "", newest: nil)
        /// Older calendars that cases name, by version. At most `Limits.olderCalendars`.
        var olderCalendars: [String: WorkCalendar] = [:]
    }

    private let journal: any SettingStore
    private let central: @Sendable () -> NodeID?
    private let logger: Logger
    private let state = Mutex(State())

    /// - `central`: the node whose settings hold here. Nil while none is known: then what is in force stays so.
    package init(journal: any SettingStore, central: @escaping @Sendable () -> NodeID?, logger: Logger) {
        self.journal = journal
        self.central = central
        self.logger = logger
    }

    /// As of the last `refresh`.
    package var catalogue: InForce<Catalogue> { state.withLock(\.catalogue) }
    /// As of the last `refresh`.
    package var calendar: InForce<WorkCalendar> { state.withLock(\.calendar) }

    /// As of the last `refresh`.
    package var organisation: InForce<Organisation> { state.withLock(\.organisation) }
    /// As of the last `refresh`.
    package var templates: InForce<AnswerTemplates> { state.withLock(\.templates) }

    /// As of the last `refresh`. Nil while central has not made one, or this node does not know it yet.
    package var sealingKey: SealingKey? { state.withLock(\.sealingKey.value) }

    /// Takes over what the journal holds by now. Costs a few small reads if nothing changed.
    package func refresh() async throws(JournalError) {
        guard let central = central() else { return }
        try await refresh(\.catalogue, CentralSetting.catalogue, of: central, builtIn: State().catalogue) {
            text throws(TextDefect) in try Catalogue(text: text)
        }
        try await refresh(\.calendar, CentralSetting.calendar, of: central, builtIn: State().calendar) {
            text throws(TextDefect) in try WorkCalendar(text: text)
        }
        try await refresh(\.organisation, CentralSetting.organisation, of: central, builtIn: State().organisation) {
            text throws(TextDefect) in try Organisation(text: text)
        }
        try await refresh(\.templates, CentralSetting.templates, of: central, builtIn: State().templates) {
            text throws(TextDefect) in try AnswerTemplates(text: text)
        }
        try await refresh(\.sealingKey, CentralSetting.sealingKey, of: central, builtIn: State().sealingKey) {
            text throws(TextDefect) in try SealingKey(text: text)
        }
    }

    /// Which version of such a setting is the newest. Nil if there is none.
    package func newestVersion(_ name: String) async throws(JournalError) -> EntryID? {
        guard let central = central() else { return nil }
        return try await journal.newestSetting(name, of: central)
    }

    /// The newest text of a setting that this program only passes on. Nil if there is none.
    package func newest(_ name: String) async throws(JournalError) -> SettingVersion? {
        guard let central = central() else { return nil }
        return try await journal.setting(name, of: central)
    }

    /// The calendar that a case names, if it is in memory already. The built-in one for a case that names none.
    package func known(version: String) -> WorkCalendar? {
        if let calendar = WorkCalendar.standard(ifNamed: version) { return calendar }
        return state.withLock { state in
            state.calendar.version == version ? state.calendar.value : state.olderCalendars[version]
        }
    }

    /// Those of these calendars that this node holds.
    package func calendars(_ versions: Set<String>) async throws(JournalError) -> [String: WorkCalendar] {
        var found: [String: WorkCalendar] = [:]
        for version in versions { found[version] = try await calendar(version: version) }
        return found
    }

    /// The calendar that a case names. Nil if this node does not hold it.
    package func calendar(version: String) async throws(JournalError) -> WorkCalendar? {
        if let known = known(version: version) { return known }
        guard let central = central(), let id = EntryID(text: version),
            let found = try await journal.setting(version: id, of: central),
            found.setting.name == CentralSetting.calendar,
            let calendar = try? WorkCalendar(text: Array(found.setting.text.utf8))
        else { return nil }
        state.withLock { state in
            if state.olderCalendars.count >= Limits.olderCalendars { state.olderCalendars = [:] }
            state.olderCalendars[version] = calendar
        }
        return calendar
    }

    /// A text that this program does not understand, of a newer one for example, leaves the built-in setting in force.
    private func refresh<Value>(
        _ path: any WritableKeyPath<State, InForce<Value>> & Sendable, _ name: String, of central: NodeID,
        builtIn: InForce<Value>, parse: ([UInt8]) throws(TextDefect) -> Value
    ) async throws(JournalError) {
        let newest = try await journal.newestSetting(name, of: central)
        guard state.withLock({ $0[keyPath: path].newest }) != newest else { return }
        var found = InForce(value: builtIn.value, version: builtIn.version, newest: newest)
        if let version = try await journal.setting(name, of: central) {
            do throws(TextDefect) {
                let value = try parse(Array(version.setting.text.utf8))
                found = InForce(value: value, version: version.id.description, newest: newest)
            } catch {
                logger.error(
                    "this program does not understand a setting of central, so the built-in one holds; update it",
                    metadata: ["setting": "\(name)", "version": "\(version.number)", "defect": "\(error)"])
            }
        }
        // Of two refreshes at once, an older one may finish last. The next one mends that.
        state.withLock { $0[keyPath: path] = found }
    }
}

extension Node {
    /// Takes over new settings of central as they come, until the journal closes.
    func watchSettings() async throws {
        try await centralSettings.refresh()
        for await _ in journal.commits() {
            try await centralSettings.refresh()
            // A busy node commits hundreds of times a second.
            guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
        }
    }
}
