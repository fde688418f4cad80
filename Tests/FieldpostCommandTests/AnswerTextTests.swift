import ArgumentParser
import FieldpostAPI
import FieldpostClient
import Testing

@testable import fieldpost

/// What `why`, `conflicts`, `journal tail` and `status --watch` print.
@Suite struct AnswerTextTests {
    private let hash = String(repeating: "ab", count: 32)

    private func gateway(_ change: (inout Whereabouts.Report, inout UplinkState) -> Void) -> Whereabouts {
        var answer = Whereabouts(role: .gateway)
        var report = Whereabouts.Report(id: "0190a3c4-5d6e-4f70-8192-a3b4c5d6e7f8", entries: 2)
        var uplink = UplinkState()
        change(&report, &uplink)
        (answer.report, answer.uplink) = (report, uplink)
        return answer
    }

    @Test func `A report that waits says for what, and when it is expected`() {
        let waiting = Whereabouts.Waiting(
            entries: 1, bytes: 400, isUrgent: false, entriesAhead: 1_204, bytesAhead: 524_288)
        let cut = WhyText.text(
            gateway { report, uplink in
                report.waiting = waiting
                (uplink.heardSecondsAgo, uplink.lastError, uplink.nextTrySeconds) = (7_260, "no route\u{1B}[2J", 12)
            })
        #expect(cut.contains("last heard 2 h 1 min ago: no route\\u{1b}[2J. Next attempt in 12 s."), "\(cut)")
        #expect(cut.contains("Ahead of it: 1,204 entries (about 512.0 KiB)."), "\(cut)")
        #expect(cut.contains("It goes as soon as the link is up."))

        let slow = WhyText.text(
            gateway { report, uplink in
                report.waiting = waiting
                report.waiting?.expectedSeconds = 131
                (uplink.isConnected, uplink.central, uplink.link) = (true, "central", "lte")
                uplink.bytesPerSecond = 4_000
            })
        #expect(slow.contains("Connected to central over lte."))
        #expect(slow.contains("Expected at central in about 2 min 11 s. The link carries about 3.9 KiB/s."), "\(slow)")

        let closed = WhyText.text(
            gateway { report, uplink in
                report.waiting = waiting
                uplink.isConnected = true
                uplink.waits["entries"] = .init(reason: "lane", seconds: nil)
            })
        #expect(closed.contains("Its entries do not use this link."), "\(closed)")
        #expect(closed.contains("Nobody can say when it arrives."))

        let pruned = WhyText.text(gateway { report, _ in report.isPruned = true })
        #expect(pruned.contains("because central holds it") && pruned.contains("Central has confirmed all"))
    }

    @Test(arguments: [
        ("here", true, nil as String?, "here, and whole at central."),
        ("here", false, "too-large", "here, but central refused it: too large."),
        ("announced", true, nil, "at central, and not kept here."),
        ("announced", false, nil, "Its device has not finished the upload"),
        ("on-the-way", false, nil, "on its way here, 1.0 KiB of 2.0 KiB have come."),
    ])
    func `A photo says where it is`(place: String, isAtCentral: Bool, refused: String?, words: String) {
        var answer = gateway { _, uplink in uplink.isConnected = true }
        var photo = Whereabouts.Photo(sha256: hash, bytes: 2_048, place: place, isAtCentral: isAtCentral)
        (photo.refused, photo.bytesHere) = (refused, place == "on-the-way" ? 1_024 : nil)
        answer.photos = [photo]
        #expect(WhyText.text(answer).contains(words), "\(WhyText.text(answer))")
    }

    @Test func `A photo on its way says what has gone, and why it waits`() {
        var answer = gateway { _, uplink in
            (uplink.isConnected, uplink.photosThroughSeconds) = (true, 3_600)
            uplink.waits["photos"] = .init(reason: "day-budget", seconds: 10_800)
        }
        var photo = Whereabouts.Photo(sha256: hash, bytes: 2_048, place: "here", isAtCentral: false)
        photo.bytesSent = 512
        answer.photos = [photo]
        let text = WhyText.text(answer)
        #expect(text.contains("About 512 B of 2.0 KiB have gone. Photos wait for the next day, for 3 h."), "\(text)")
        #expect(text.contains("All photos that wait are through in about 1 h."), "\(text)")
    }

    // MARK: Conflicts

    private let disputed = JSONValue.object([
        "id": .text("0190a3c4-5d6e-4f70-8192-a3b4c5d6e7f8"),
        "siblings": .object([
            "text": .list([
                .object(["value": .text("井盖缺失"), "author": .text("王敏"), "node": .text("abcdef0123456")]),
                .object(["value": .null, "author": .text("李强\n!!"), "node": .text("fedcba0123456")]),
            ])
        ]),
    ])

    @Test func `A decision names the value that was shown, or writes another`() throws {
        let decision = try ConflictDecision(take: ["text=1"], set: ["grid=10014", "device=", "location=22.5,114.1"])
        let members = try decision.members(for: disputed)
        #expect(
            members == [
                "text": .text("井盖缺失"), "grid": .text("10014"), "device": .null,
                "location": .object(["lat": .number(22.5), "lon": .number(114.1)]),
            ])
        #expect(try ConflictDecision(take: ["text=2"], set: []).members(for: disputed) == ["text": .null])
        for wrong in ["text=3", "grid=1"] {
            let decision = try ConflictDecision(take: [wrong], set: [])
            #expect(throws: CommandFailure.self) { try decision.members(for: disputed) }
        }
        for wrong in ["text", "text=0", "text=x", "=1", "stage=1", "department=1"] {
            #expect(throws: ValidationError.self) { try ConflictDecision(take: [wrong], set: []) }
        }
        #expect(throws: ValidationError.self) { try ConflictDecision(take: ["text=1"], set: ["text=x"]) }
        #expect(throws: CommandFailure.self) {
            try ConflictDecision(take: [], set: ["location=here"]).members(for: disputed)
        }
        #expect(ConflictDecision.mark(of: "\"a\"") != ConflictDecision.mark(of: "\"b\""))
    }

    @Test func `Values stand side by side, one a line, whatever they contain`() {
        let text = ConflictsText.text(disputed, mark: "0123abcd")
        #expect(text.contains("1  井盖缺失  (shown)  王敏"), "\(text)")
        #expect(text.contains("2  (emptied)") && text.contains("李强\\u{a}!!"), "\(text)")
        #expect(text.contains("--seen 0123abcd --take text=N"))
        #expect(ConflictsText.list(.object([:])) == "No report here has values in conflict.\n")
    }

    // MARK: The journal

    @Test func `A line of the journal has names of fields, and their values only if they are asked for`() {
        let line = JSONValue.object([
            "type": .text("change"), "at": .text("2026-12-01T08:00:00Z"), "node": .text("0123456789abcdef"),
            "incarnation": .text("0190a3c4-5d6e"), "seq": .integer(17), "author": .text("王敏"),
            "kinds": .list([.text("changed"), .text("note")]), "report": .text("r"), "notes": .integer(1),
            "fields": .object(["text": .text("a\nb"), "grid": .text("10014")]),
        ])
        let start = "2026-12-01T08:00:00Z  0123456789/0190a3c4:17  王敏  changed,note  r  "
        #expect(JournalText.line(line, withValues: false) == start + "grid,text  notes +1")
        #expect(JournalText.line(line, withValues: true) == start + "grid=10014,text=a\\u{a}b  notes +1")
        #expect(JournalText.lean(line, withValues: false)["fields"] == .list([.text("grid"), .text("text")]))
        #expect(JournalText.lean(line, withValues: true) == line)
        #expect(JournalText.isWritten(line, by: "0123") && !JournalText.isWritten(line, by: "123"))
    }

    // MARK: The watched status

    private func peer(_ name: String, _ change: (inout NodeStatus.PeerState) -> Void) -> NodeStatus.PeerState {
        var peer = NodeStatus.PeerState(node: name, name: name)
        change(&peer)
        return peer
    }

    @Test func `The worst gateway comes first`() {
        var status = NodeStatus(
            node: "", name: "", role: .central, incarnation: "", version: "", uptimeSeconds: 0, now: "",
            journal: .init(
                reports: 0, reportsInConflict: 0, entriesQuarantined: 0, fileBytes: 0, head: 0, receipt: 0),
            peers: [
                peer("well") { $0.isConnected = true },
                peer("behind") { ($0.isConnected, $0.entriesWaitingUp) = (true, 7) },
                peer("away") { $0.heardSecondsAgo = 60 },
                peer("long away") { $0.heardSecondsAgo = 90_000 },
                peer("never heard") { _ in },
                peer("clone") { ($0.isConnected, $0.isCloneWaiting) = (true, true) },
            ], alarms: [])
        let order = ["clone", "never heard", "long away", "away", "behind", "well"]
        #expect(StatusScreen.worstFirst(status).peers.map(\.name) == order)
        status.role = .gateway
        #expect(StatusScreen.worstFirst(status) == status)
    }

    @Test func `A frame is not larger than the terminal`() {
        let frame = StatusScreen.frame("a\n井盖井盖\nc\nd\n", (columns: 5, rows: 3))
        #expect(frame == "\u{1B}[Ha\u{1B}[K\r\n井盖…\u{1B}[K\r\n… 2 …\u{1B}[K\u{1B}[J")
        #expect(StatusScreen.frame("a\n", (80, 24)) == "\u{1B}[Ha\u{1B}[K\u{1B}[J")
    }
}
