import ArgumentParser
import FieldpostCore
import Testing

@testable import fieldpost

/// A value means the same, whichever way it is given.
struct SettingValueTests {
    /// The result of a text: the value of the setting, or the error message.
    private struct Outcome: Hashable {
        let texts: [String]
        let problems: [String]

        init(_ layer: ConfigurationLayer, _ setting: Setting) {
            let role: Role = setting.roles.contains(.gateway) ? .gateway : .central
            let join = ConfigurationJoin(role: role, layers: [layer])
            problems = join.problems.map(\.message)
            texts = problems.isEmpty ? join.texts(setting) : []
        }
    }

    private static func flag(_ raw: String, _ setting: Setting) throws -> ConfigurationLayer? {
        guard let flag = setting.flag else { return nil }
        guard case .boolean = setting.kind else {
            return try NodeOptions.parse(raw.isEmpty ? ["--\(flag)", raw] : ["--\(flag)=\(raw)"]).layer
        }
        // A switch has no text: it or its opposite is given.
        switch raw {
        case "true": return try NodeOptions.parse(["--\(flag)"]).layer
        case "false": return try NodeOptions.parse(["--no-\(flag)"]).layer
        default: return nil
        }
    }

    private static func variable(_ raw: String, _ setting: Setting) -> ConfigurationLayer? {
        setting.environment.map { ConfigurationLayer(environment: [$0: raw]) }
    }

    private static func quoted(_ raw: String, _ setting: Setting) -> ConfigurationLayer {
        let escaped = raw.unicodeScalars.map { scalar -> String in
            if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
            guard scalar.value >= 0x20, scalar.value < 0x7F else {
                let digits = String(scalar.value, radix: 16)
                return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
            return String(scalar)
        }.joined()
        return ConfigurationFile(path: "f", text: "\(setting.key): \"\(escaped)\"\n").layer
    }

    /// Texts that YAML reads without quotes. Without care, some of them would become numbers, dates or booleans.
    private static let plain = [
        "10014", "010014", "0x1F", "1_000", "1e3", ".5", "-0", "2026-11-28", "12:30", "yes", "on", "Off", "True",
        "true",
        "false", "14d", "014d", "36h", "25MiB", "0MiB", "5GiB", "25 MiB", "25mib", "14 d", "0d", "1d12h", "info",
        "INFO", "127.0.0.1:8080", "localhost:0",
        "10014, 10018", "10014,10018", "10014 10018", "a,,b", "a,", "a, a", "127.0.0.1:1, 127.0.0.1:2", "/var/lib/x",
        "relative/path", "站点一", "10014，10018", "10014;10018", "é", "e\u{301}", "lte", "127.0.0.1:99999",
    ]

    private static let others = [
        "", " ", " x", "x ", "*:8080", "a\tb", "a\nb", "a\r", "\u{202E}gw", "gw\u{200B}", "a\u{A0}b", "null", "~",
        "[::1]:80",
        "[fe80::1%eth0]:80", "\"x\"", "a: b", "#x", "- x", "{a}", "[a, b]", "\u{1B}[2J", "x\u{FEFF}y", "甲、乙",
        String(repeating: "x", count: 300), "/a/\u{1}b",
    ]

    @Test(arguments: Setting.all.filter { $0.environment != nil }.map(\.key))
    func `A text means the same as a flag, as a variable and in a file`(key: String) throws {
        let setting = try #require(Setting.all.first { $0.key == key })
        var accepted = 0
        for raw in Self.plain + Self.others + [setting.example.replacing("\"", with: "").trimming("[]")] {
            let inFile = Outcome(Self.quoted(raw, setting), setting)
            let layer = try #require(Self.variable(raw, setting))
            #expect(Outcome(layer, setting) == inFile, "\(key) as a variable: \(raw.debugDescription)")
            if let layer = try Self.flag(raw, setting) {
                #expect(Outcome(layer, setting) == inFile, "\(key) as a flag: \(raw.debugDescription)")
            }
            if Self.plain.contains(raw) {
                let layer = ConfigurationFile(path: "f", text: "\(key): \(raw)\n").layer
                #expect(Outcome(layer, setting) == inFile, "\(key) without quotes: \(raw)")
            }
            accepted += inFile.problems.isEmpty ? 1 : 0
            #expect(inFile.problems.isEmpty != inFile.texts.isEmpty)
        }
        #expect(accepted > 0)
    }

    @Test(arguments: [
        ("grids: 10014, 10018", ["10014", "10018"]), ("grids: [010014, \"10018\"]", ["010014", "10018"]),
        ("grids: [\"10014, 10018\", 10020]", ["10014", "10018", "10020"]),
        ("grids:\n- 010\n- 1_000", ["010", "1_000"]),
        ("grids: '10014'", ["10014"]), ("grids: [e\u{301}]", ["\u{E9}"]),
    ])
    func `A file gives exactly the grids that are written in it`(text: String, grids: [String]) {
        let layer = ConfigurationFile(path: "f", text: text).layer
        #expect(layer.problems.isEmpty)
        let texts = layer.given["grids"]?.texts ?? []
        #expect(texts.map { Array($0.utf8) } == grids.map { Array($0.utf8) })
    }

    @Test(arguments: ["10014 10018", "10014，10018", "10014、10018", "10014;10018", "10014|10018", "a,,b", ""])
    func `A value that looks like several grids is reported, and not used as one`(raw: String) {
        let outcome = Outcome(ConfigurationLayer(environment: ["FIELDPOST_GRIDS": raw]), .grids)
        #expect(outcome.problems.count == 1 && outcome.texts.isEmpty)
    }
}

extension String {
    fileprivate func trimming(_ characters: String) -> String {
        var text = self[...]
        while let first = text.first, characters.contains(first) { text.removeFirst() }
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}
