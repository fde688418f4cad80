import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

/// Settings are written by central alone, travel to every gateway, and their newest version is the same everywhere.
struct SettingTests {
    let gateway: Station
    let central: Station

    init() async throws {
        (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.create()
        try await gateway.push(to: central)
    }

    private static func setting(_ text: String, _ name: String = "calendar") throws -> CentralSetting {
        try #require(CentralSetting(name: name, text: text))
    }

    @discardableResult
    private func set(_ text: String, _ name: String = "calendar") async throws -> SettingVersion {
        let known = try await central.journal.setting(name, of: central.id)?.id
        return try await central.journal.keep(
            try Self.setting(text, name), replacing: known, author: "root", stamp: .unknown)
    }

    private func newest(at node: Station, _ name: String = "calendar") async throws -> String? {
        try await node.journal.setting(name, of: central.id)?.setting.text
    }

    @Test func `a version replaces the one that the administrator saw, and is told in the audit log`() async throws {
        let first = try await set("10-01 休")
        let second = try await set("10-02 休")
        #expect(first.number == 1 && second.number == 2)
        for known in [nil, first.id] {
            await #expect(throws: JournalError.settingChanged("calendar")) {
                _ = try await central.journal.keep(
                    try Self.setting("lost"), replacing: known, author: "root", stamp: .unknown)
            }
        }
        #expect(try await newest(at: central) == "10-02 休")
        #expect(try await central.journal.setting(version: first.id, of: central.id)?.setting.text == "10-01 休")
        #expect(try await central.journal.auditEvents().map(\.author) == ["root", "root"])
        #expect(try await central.journal.incidents().isEmpty)
    }

    @Test func `settings are in the feed of each gateway, of one that comes later, and of one whose feed begins again`()
        async throws
    {
        try await set("one")
        try await set("a large one: " + String(repeating: "处置时限", count: 15_000), "catalogue")
        try await gateway.follow(central)
        let version = try await set("two")
        let late = try Station(2)
        try await late.create()
        try await late.push(to: central)
        for node in [gateway, late] {
            try await node.follow(central)
            #expect(try await newest(at: node) == "two")
            #expect(try await node.journal.settings(of: central.id) == central.journal.settings(of: central.id))
            #expect(try await node.journal.setting(version: version.id, of: central.id) == version)
            #expect(try await node.journal.incidents().isEmpty)
        }
        let forgetful = try Station(1)
        #expect(try await forgetful.journal.settings(of: central.id).isEmpty)
        try await forgetful.follow(central)
        #expect(try await forgetful.journal.settings(of: central.id).count == 2)
        // Central's audit events stay at central.
        #expect(try await gateway.journal.heads(of: central.id).count <= 1)
        #expect(try await gateway.journal.auditEvents().isEmpty)
    }

    @Test func `a setting that a gateway writes counts nowhere`() async throws {
        try await set("of central")
        let origin = Samples.origin(7)
        let forged = Entry(
            id: EntryID(1), dot: Dot(origin, 1), kind: .setting, report: .none, previousSeq: 0,
            context: VersionVector(), depth: Limits.depth, author: "x", stamp: .unknown,
            change: try Self.setting("forged").change)
        let other = EntryCodec().open(EntryCodec().encode(forged), at: forged.dot)
        _ = try await central.journal.ingest([other], of: origin, after: Chain.start(of: origin))
        try await gateway.follow(central)
        for node in [gateway, central] { #expect(try await newest(at: node) == "of central") }
        #expect(try await gateway.journal.setting("calendar", of: origin.node) == nil)
        #expect(try await set("again").number == 2)
    }

    @Test func `two incarnations of central agree on the newest version, in whatever order they are read`()
        async throws
    {
        try await set("one")
        try await gateway.follow(central)
        let copy = central.disk.snapshot()
        let lost = try await set("two, lost at central")
        try await gateway.follow(central)
        try central.interrupted { $0.restore(copy) }
        let pull = try gateway.feedPull(by: try await gateway.compare(with: central))
        _ = try await central.journal.checkFeed(of: gateway.id, against: pull, stamp: .unknown)
        let other = try await set("two, of the next incarnation")
        #expect(other.number == lost.number && other.id != lost.id)
        try await gateway.follow(central)
        #expect(try await central.fetch(.foreign(after: nil), from: gateway) > 0)
        let expected = max(lost.id, other.id) == lost.id ? lost : other
        for node in [gateway, central] {
            #expect(try await node.journal.setting("calendar", of: central.id) == expected)
        }
        #expect(try await set("three").number == 3)
    }

    @Test func `a scrub makes the rows of settings again`() async throws {
        let node = try TestNode(9, .central)
        let setting = try Self.setting("one")
        let version = try await node.journal.keep(setting, replacing: nil, author: "root", stamp: .unknown)
        for damage in ["DELETE FROM settings", "UPDATE settings SET place = place + 1"] {
            try node.tamper { try $0.execute(sql: damage) }
            var cursor: ScrubCursor? = .start
            while let place = cursor { cursor = try await node.journal.scrub(place).next }
            #expect(try await node.journal.setting("calendar", of: node.id) == version)
        }
    }

    @Test func `there are so many names and no more`() async throws {
        for number in 1...Limits.settingNames { try await set("x", "name-\(number)") }
        await #expect(throws: JournalError.tooManySettings) { try await set("x", "one-more") }
        #expect(try await set("y", "name-1").number == 2)
        #expect(try await central.journal.settings(of: central.id).count == Limits.settingNames)
    }
}
