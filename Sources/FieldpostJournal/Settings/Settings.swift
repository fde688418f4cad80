package import FieldpostCore
package import FieldpostStore
import GRDB

extension Schema {
    /// Which entries are settings, whoever wrote them. The rows follow from the entries.
    static let settings = """
        CREATE TABLE settings (
            place INTEGER PRIMARY KEY,
            node BLOB NOT NULL,             -- whose entry it is
            name TEXT NOT NULL,
            depth INTEGER NOT NULL,
            id BLOB NOT NULL
        );
        CREATE INDEX settings_by_name ON settings (node, name, depth, id);
        CREATE INDEX settings_by_id ON settings (id);
        """
}

extension Journal {
    package func setting(_ name: String, of central: NodeID) async throws(JournalError) -> SettingVersion? {
        try await read { [codec] db in try db.setting(where: "settings.name = ?", [name], of: central, codec) }
    }

    package func newestSetting(_ name: String, of central: NodeID) async throws(JournalError) -> EntryID? {
        try await read { db in
            let find = try db.cachedStatement(
                sql: """
                    SELECT id FROM settings WHERE node = ? AND name = ? ORDER BY depth DESC, id DESC LIMIT 1
                    """)
            let row = try Row.fetchOne(find, arguments: [central.column, name])
            return row?.blob("id").flatMap { EntryID(bytes: $0) }
        }
    }

    package func setting(version: EntryID, of central: NodeID) async throws(JournalError) -> SettingVersion? {
        try await read { [codec] db in try db.setting(where: "settings.id = ?", [version.column], of: central, codec) }
    }

    package func settings(of central: NodeID) async throws(JournalError) -> [SettingVersion] {
        try await read { [codec] db in
            try db.settingNames(of: central).compactMap {
                try db.setting(where: "settings.name = ?", [$0], of: central, codec)
            }
        }
    }

    package func keep(
        _ setting: CentralSetting, replacing known: EntryID?, author: String, stamp: Stamp
    ) async throws(JournalError) -> SettingVersion {
        try await queue.write(isVital: true) { context in
            try context.keep(setting, replacing: known, author: author, stamp: stamp)
        }
    }
}

extension WriteContext {
    fileprivate mutating func keep(
        _ setting: CentralSetting, replacing known: EntryID?, author: String, stamp: Stamp
    ) throws -> SettingVersion {
        precondition(memory.role == .central, "central alone writes settings")
        let node = memory.own.node
        let last = try db.setting(where: "settings.name = ?", [setting.name], of: node, memory.codec)
        guard last?.id == known else { throw JournalError.settingChanged(setting.name) }
        let names = try db.settingNames(of: node)
        guard names.contains(setting.name) || names.count < Limits.settingNames else {
            throw JournalError.tooManySettings
        }
        // Also greater than versions that cannot be read now.
        let select = "SELECT max(depth) FROM settings WHERE node = ? AND name = ?"
        let greatest = try Int64.fetchOne(db, sql: select, arguments: [node.column, setting.name]) ?? 0
        let number = UInt64(greatest) + 1
        let seq = try origin(memory.own).head + 1
        let entry = Entry(
            id: EntryID(memory.own.incarnation.value &+ UInt128(seq)), dot: Dot(memory.own, seq), kind: .setting,
            report: .none, previousSeq: 0, context: VersionVector(), depth: number, author: author, stamp: stamp,
            change: setting.change)
        try store([try link(entry)])
        let size = setting.text.utf8.count
        try audit("Set \(setting.name), version \(number): \(size) bytes.", author: author, stamp: stamp)
        return SettingVersion(setting: setting, id: entry.id, number: number, author: author, stamp: stamp)
    }

    /// Applies an entry that is a setting. At central, one that this node wrote goes to every gateway.
    func applySetting(_ arrival: Arrival) throws {
        guard let entry = arrival.entry.entry, entry.kind == .setting, let setting = CentralSetting(entry.change) else {
            return
        }
        // It is not an incident: nobody has to resolve it.
        try db.execute(sql: "INSERT OR IGNORE INTO resolved (place) VALUES (?)", arguments: [arrival.place.rowID])
        try db.execute(
            sql: "INSERT OR REPLACE INTO settings (place, node, name, depth, id) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                arrival.place.rowID, entry.dot.origin.node.column, setting.name, Int64(entry.depth), entry.id.column,
            ])
        let isOwn = entry.dot.origin.node == memory.own.node
        if setting.name == CentralSetting.calendar, isOwn == (memory.role == .central) {
            // Cases that name it may be here already, without their deadline. All are looked at again.
            try db.execute(sql: "UPDATE identity SET cases_version = 0, cases_made = 0")
        }
        guard memory.role == .central, isOwn else { return }
        for node in memory.gateways.byNode.keys.sorted() {
            if let gateway = memory.gateways[node] { try enqueue(arrival.place, before: gateway) }
        }
    }

    /// At central: adds all settings to the feed of a gateway that is new, or whose feed begins again.
    func enqueueSettings(before gateway: GatewayDirectory.Gateway) throws {
        let own = try Int64.fetchAll(
            db, sql: "SELECT place FROM settings WHERE node = ? ORDER BY place", arguments: [memory.own.node.column])
        for place in own { try enqueue(Place(rowID: place), before: gateway) }
    }
}

extension Database {
    /// Whether the entry at a place is known as a setting.
    func isSetting(_ place: Place) throws -> Bool {
        let find = try cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM settings WHERE place = ?)")
        return try Bool.fetchOne(find, arguments: [place.rowID]) ?? false
    }

    /// At central: whether the entry at a place is a setting that this node wrote. Every gateway may have it.
    func isOwnSetting(_ place: Place) throws -> Bool {
        let find = try cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM settings WHERE place = ? AND node = (SELECT node FROM identity))
                """)
        return try Bool.fetchOne(find, arguments: [place.rowID]) ?? false
    }

    /// A calendar that a case names. Nil if no setting of central here has it, or this program does not understand it.
    func calendar(version: String, _ codec: any EntryCoding) throws -> WorkCalendar? {
        if let known = WorkCalendar.standard(ifNamed: version) { return known }
        guard let id = EntryID(text: version) else { return nil }
        // Central's settings are its own, and to a gateway comes nobody's but central's.
        let select = """
            SELECT settings.node AS node FROM settings JOIN identity
            WHERE id = ? AND (settings.node = identity.node) = (identity.role = ?)
            """
        let row = try Row.fetchOne(self, sql: select, arguments: [id.column, Int(Role.central.rawValue)])
        guard let node = row?.blob("node").flatMap({ NodeID(bytes: $0) }),
            let found = try setting(where: "settings.id = ?", [id.column], of: node, codec),
            found.setting.name == CentralSetting.calendar
        else { return nil }
        return try? WorkCalendar(text: Array(found.setting.text.utf8))
    }

    fileprivate func settingNames(of node: NodeID) throws -> [String] {
        try String.fetchAll(
            self, sql: "SELECT DISTINCT name FROM settings WHERE node = ? ORDER BY name", arguments: [node.column])
    }

    /// The newest setting of a node that meets a condition and can be read.
    fileprivate func setting(
        where condition: String, _ arguments: StatementArguments, of node: NodeID, _ codec: any EntryCoding
    ) throws -> SettingVersion? {
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT entries.place, hash, bytes, origins.node, origins.incarnation FROM settings
                JOIN entries ON entries.place = settings.place JOIN origins ON origins.number = settings.place >> 40
                WHERE \(condition) AND settings.node = ? ORDER BY depth DESC, settings.id DESC, settings.place
                """, arguments: arguments + [node.column])
        while let row = try rows.next() {
            let sealed = try EntryRow(row).open(codec: codec) { _ in Origin(row) }
            guard let entry = sealed.entry, entry.kind == .setting, let setting = CentralSetting(entry.change) else {
                continue
            }
            return SettingVersion(
                setting: setting, id: entry.id, number: entry.depth, author: entry.author, stamp: entry.stamp)
        }
        return nil
    }
}
