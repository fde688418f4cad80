import ArgumentParser
import FieldpostAPI
import Foundation
import Logging
import Synchronization
import Testing

@testable import fieldpost

@Suite struct TerminalTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("站点", 4), ("ｆｕｌｌ", 8), ("e\u{301}", 1), ("a—b", 3), ("（一）", 6), ("한글", 4), ("🚒", 2),
    ])
    func `Wide characters take two columns`(text: String, columns: Int) { #expect(DisplayWidth.of(text) == columns) }

    @Test func `Text is cut to columns, never in the middle of a character`() {
        #expect(DisplayWidth.fit("坪山街道", columns: 8) == "坪山街道")
        #expect(DisplayWidth.fit("坪山街道", columns: 7) == "坪山街…")
        #expect(DisplayWidth.fit("坪山街道", columns: 6) == "坪山…")
    }

    @Test func `Columns stand in line whatever the script`() {
        var table = TextTable([("NAME", .left), ("N", .right)])
        table.add(["坪山街道", "7"])
        table.add(["gw", "1,200"])
        #expect(table.text == "NAME          N\n坪山街道      7\ngw        1,200\n")
    }

    @Test func `A status is a table for people`() {
        var peer = NodeStatus.PeerState(node: String(repeating: "b", count: 64), name: "东坡站", grids: ["G1", "G2"])
        peer.isConnected = true
        peer.entriesWaitingUp = 0
        peer.entriesWaitingDown = 1234
        peer.heardSecondsAgo = 61
        peer.clockOffsetMilliseconds = -1
        peer.clockUncertaintyMilliseconds = 3
        peer.entriesBytes = 2048
        peer.wireBytes = 500
        var away = NodeStatus.PeerState(node: String(repeating: "c", count: 64), name: "gw")
        away.lastError = "Connection refused."
        var status = NodeStatus(
            node: String(repeating: "a", count: 64), name: "central", role: .central, incarnation: "i",
            version: "0.1.0",
            uptimeSeconds: 3725, now: "2026-01-01T00:00:00Z",
            journal: .init(
                reports: 6945, reportsInConflict: 2, entriesQuarantined: 0, fileBytes: 5_242_880, head: 12, receipt: 0),
            peers: [peer, away], alarms: ["The clock of gw is off by a year."])
        (status.blobs.held, status.blobs.bytes, status.blobs.lost) = (1200, 3 << 30, 1)
        (status.blobs.uploads, status.blobs.uploadedBytes) = (2, 1536)
        let expected = """
            central  central  aaaaaaaaaa  version 0.1.0  up 1 h 2 min  2026-01-01T00:00:00Z
            6,945 reports, 2 in conflict, 12 entries written here, 5.0 MiB
            1,200 photos and clips, 3.0 GiB, 2 uploads under way (1.5 KiB here), 1 lost
            !! The clock of gw is off by a year.

            GATEWAY  NODE        LINK  WAITING UP   DOWN          HEARD          CLOCK  ENTRIES  ON THE WIRE  GRIDS
            东坡站   bbbbbbbbbb  up             0  1,234  1 min 1 s ago  agrees, ±3 ms  2.0 KiB        500 B  G1 G2
            gw       cccccccccc  down           -      -              -              -      0 B          0 B

            gw: Connection refused.

            """
        #expect(StatusText.text(status) == expected)
    }

    @Test(arguments: [
        (-631_411_212_000, 12, "20 years 3 days behind, ±12 ms"), (12, 3, "12 ms ahead, ±3 ms"),
        (2, 3, "agrees, ±3 ms"), (0, 0, "agrees, ±0 ms"), (-1_795_894_380_999, 4, "56 years 331 days behind, ±4 ms"),
        (90_500, 1500, "1 min 30 s ahead, ±1.5 s"), (-7_200_000, 40, "2 h behind, ±40 ms"),
        (Int64.min, 1, "292,271,023 years 16 days behind, ±1 ms"),
    ])
    func `A clock difference is shown in readable units`(offset: Int64, bound: UInt64, text: String) {
        var peer = NodeStatus.PeerState(node: "b", name: "gw")
        (peer.clockOffsetMilliseconds, peer.clockUncertaintyMilliseconds) = (offset, bound)
        let status = NodeStatus(
            node: "a", name: "c", role: .central, incarnation: "i", version: "1", uptimeSeconds: 1, now: "T",
            journal: .init(
                reports: 1, reportsInConflict: 0, entriesQuarantined: 1, fileBytes: 1, head: 1, receipt: 0),
            peers: [peer], alarms: [])
        #expect(StatusText.text(status).contains(text), "\(StatusText.text(status))")
    }

    @Test(arguments: [
        ("a\u{200B}b", "a\\u{200b}b"), ("\u{2060}", "\\u{2060}"), ("a\u{AD}b", "a\\u{ad}b"),
        ("\u{E0041}", "\\u{e0041}"), ("\u{3164}", "\\u{3164}"), ("👨\u{200D}👩", "👨\u{200D}👩"),
        ("❤\u{FE0F}", "❤\u{FE0F}"),
    ])
    func `Invisible characters are shown, except those that scripts and pictures need`(text: String, shown: String) {
        #expect(Array(text.visibleLine.utf8) == Array(shown.utf8))
        #expect("\u{E0041}".visibleJSON == "\\udb40\\udc41")
    }

    @Test func `Names and errors of peers are made safe to print`() {
        var peer = NodeStatus.PeerState(node: "b", name: "gw\u{1B}[2J", grids: ["G\u{202E}"])
        peer.lastError = "no\n!! All is well\u{9B}"
        let status = NodeStatus(
            node: "a", name: "c\u{1B}", role: .central, incarnation: "i", version: "1", uptimeSeconds: 1, now: "T",
            journal: .init(
                reports: 1, reportsInConflict: 0, entriesQuarantined: 1, fileBytes: 1, head: 1, receipt: 0),
            peers: [peer], alarms: ["x\u{2066}"])
        let text = StatusText.text(status)
        #expect(text.hasPrefix("c\\u{1b}  central"))
        #expect(text.contains("1 report, 1 entry quarantined, 1 entry written here"))
        #expect(text.contains("!! x\\u{2066}\n"))
        #expect(text.contains("gw\\u{1b}[2J  b") && text.contains("G\\u{202e}\n"))
        #expect(text.hasSuffix("gw\\u{1b}[2J: no\\u{a}!! All is well\\u{9b}\n"))
    }

    @Test func `Every help text fits into 80 columns, with the exit status in a separate paragraph`() {
        let commands: [any ParsableCommand.Type] = [Fieldpost.self] + Fieldpost.configuration.subcommands
        for command in commands {
            let discussion = command.configuration.discussion
            let paragraphs = discussion.components(separatedBy: "\n\n")
            #expect(discussion.isEmpty || command == DemoCommand.self || paragraphs.last == ExitStatus.table)
            // A text with its own line breaks must not be wrapped again.
            let broken = paragraphs.filter { $0.contains("\n") }.flatMap { $0.split(separator: "\n") }
            for line in broken { #expect(line.count < 80, "\(line)") }
        }
    }

    @Test func `A bar shows progress, rate and remaining time`() {
        var bar = Progress(label: "import", unit: "reports", total: 2000, isInteractive: true)
        #expect(
            bar.advance(to: 500, elapsed: .seconds(2))
                == "\r\u{1B}[Kimport  [######------------------]  25 %  500/2,000 reports  250/s  6 s left")
        #expect(bar.advance(to: 501, elapsed: .milliseconds(2010)) == nil)
        #expect(bar.advance(to: 2000, elapsed: .milliseconds(2020))?.contains("100 %") == true)
    }

    @Test func `When lines cannot be rewritten, one is printed every five percent`() {
        var lines = Progress(label: "import", unit: "reports", total: 1000, isInteractive: false)
        let shown = (0...1000).compactMap { lines.advance(to: $0, elapsed: .milliseconds($0)) }
        #expect(shown.count == 21)
        #expect(shown.last == "import  100 %  1,000/1,000 reports  1,000/s\n")
    }

    @Test(arguments: [(0, "0 s"), (59, "59 s"), (3600, "1 h"), (3725, "1 h 2 min"), (90_061, "1 d 1 h")])
    func `Durations are two units at most`(seconds: Int, text: String) {
        #expect(Quantity.duration(seconds: seconds) == text)
    }

    @Test func `Under systemd a log line has a severity and no time, and is always one line`() {
        let written = Mutex("")
        var output = LogOutput(label: "t", environment: ["JOURNAL_STREAM": "8:1"]) { text in
            written.withLock { $0 += text }
        }
        output.metadata["peer"] = "gw-1"
        output.log(event: event(.warning, "broke\noff", metadata: ["a": "1"]))
        #expect(written.withLock { $0 } == "<4>broke off a=1 peer=gw-1\n")
    }

    @Test func `A log line contains no control characters`() {
        let written = Mutex("")
        let output = LogOutput(label: "t", environment: ["JOURNAL_STREAM": "8:1"]) { text in
            written.withLock { $0 += text }
        }
        output.log(event: event(.info, "met", metadata: ["name": "gw\u{1B}[2J\u{202E}"]))
        #expect(written.withLock { $0 } == "<6>met name=gw\\u{1b}[2J\\u{202e}\n")
    }

    @Test func `Elsewhere a log line begins with date and time`() {
        let written = Mutex("")
        let output = LogOutput(label: "t", environment: [:]) { text in written.withLock { $0 += text } }
        output.log(event: event(.info, "listening"))
        let text = written.withLock { $0 }
        #expect(text.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info listening\n$/))
    }

    private func event(_ level: Logger.Level, _ message: Logger.Message, metadata: Logger.Metadata? = nil) -> LogEvent {
        LogEvent(level: level, message: message, metadata: metadata, source: "t", file: "t", function: "t", line: 1)
    }
}
