import Testing

@testable import FieldpostCore

/// What the holder of a receipt sees of a report.
struct PublicReportTests {
    private static let start: Int64 = 1_790_000_000_000
    private static let hour: Int64 = 3_600_000

    private static func shown(_ entries: [Entry], now: Int64 = 0) -> PublicReport {
        PublicReport(of: Report(id: Samples.report, folding: entries), now: now, calendar: standard)
    }

    private static func standard(_ version: String) -> WorkCalendar? { .standard(ifNamed: version) }

    /// The next entry of one node, which has seen all before it.
    private struct Story {
        private(set) var entries: [Entry] = []

        mutating func add(_ change: Change, author: String = "王敏") {
            let seq = UInt64(entries.count) + 1
            let seen = entries.isEmpty ? VersionVector() : VersionVector([(Samples.origin(1), seq - 1)])
            var entry = Samples.entry(UInt128(seq), at: 1, seq, after: seq - 1, seen: seen, depth: seq, change)
            entry.author = author
            entries.append(entry)
        }

        mutating func step(
            _ code: String, at time: Int64 = 0, reason: String = "", audience: Audience = .inside, limit: String = ""
        ) {
            let trace = Trace(
                stage: code, department: "市政", text: reason, assignee: "李强", limit: limit, timeMilliseconds: time,
                uncertaintyMilliseconds: 40, audience: audience)
            let fields = Workflow.standard[code]?.kind == .side ? [:] : [FieldName.stage: FieldValue.text(code)]
            add(Change(fields: fields, traces: [trace]))
        }
    }

    private static func reported() -> Story {
        var story = Story()
        story.add(
            Change(fields: [
                .text: .text("三单元李阿姨家漏水"), .category: .text("SZ05"), .reporter: .text("李阿姨"),
                .channel: .text("suishoupai"), .device: .text("iPhone"), .receipt: .text(Hash256(hashing: [1]).hex),
            ]), author: "李阿姨")
        return story
    }

    @Test func `it tells the steps and the words for the public, and nothing else`() throws {
        var story = Self.reported()
        #expect(Self.shown(story.entries).stage == "" && Self.shown(story.entries).isOpen)
        story.step("accepted", at: Self.start)
        story.add(Change(notes: [Note(text: "钥匙在门卫处"), Note(text: "明天来修", audience: .everyone)]))
        story.step("dispatched", at: Self.start + Self.hour, reason: "内部意见")
        story.step("claimed", reason: "我来", audience: .everyone)
        story.step("handling", at: Self.start + 2 * Self.hour, reason: "师傅已到", audience: .everyone)
        story.add(
            Change(
                notes: [Note(text: "谢谢", audience: .everyone), Note(text: "?", audience: Audience(rawValue: 9))],
                attachments: [
                    Attachment(blob: Chain.hash(entry: [1]), mediaType: "image/jpeg", byteCount: 9, role: "before"),
                    Attachment(blob: Chain.hash(entry: [2]), mediaType: "image/jpeg", byteCount: 9, role: "after"),
                ]), author: PublicReport.author)
        let shown = Self.shown(story.entries)
        #expect(shown.steps.map(\.code) == ["accepted", "dispatched", "handling"])
        #expect(shown.steps.map(\.text) == ["", "", "师傅已到"])
        #expect(shown.steps.map(\.at) == [0, 1, 2].map { Self.start + $0 * Self.hour })
        #expect(shown.notes.map(\.text) == ["明天来修", "谢谢"] && shown.notes.map(\.isReporter) == [false, true])
        #expect(shown.photos.map(\.blob) == [Chain.hash(entry: [2]).hex])
        #expect(shown.category == "SZ05" && shown.stage == "handling" && shown.isOpen && !shown.hasEnded)
        let said = "\(shown)"
        for personal in ["李阿姨", "李强", "王敏", "市政", "iPhone", "钥匙", "内部意见", "author"] {
            #expect(!said.contains(personal), "\(personal)")
        }
    }

    @Test func `a step whose trace was removed is told without its words`() {
        var story = Self.reported()
        story.step("handling", at: Self.start, reason: "师傅已到", audience: .everyone)
        story.add(Change(removals: [ElementID(entry: EntryID(2), index: 0)]))
        #expect(Self.shown(story.entries).steps.map(\.text) == [""])
    }

    @Test func `it is late when the case is overdue, and stays so when it ended late`() {
        var story = Self.reported()
        story.step("filed", at: Self.start, limit: "2 urgent_hours")
        #expect(!Self.shown(story.entries, now: Self.start + Self.hour).isLate)
        #expect(Self.shown(story.entries, now: Self.start + 3 * Self.hour).isLate)
        story.step("suspended", at: Self.start + Self.hour / 2)
        #expect(Self.shown(story.entries, now: Self.start + Self.hour).stage == "suspended")
        story.step("resumed", at: Self.start + Self.hour / 2)
        story.step("closed", at: Self.start + 5 * Self.hour)
        let ended = Self.shown(story.entries, now: 0)
        #expect(ended.isLate && !ended.isOpen && ended.endedAt == Self.start + 5 * Self.hour)
    }

    @Test func `it may be reopened for seven days after its end, in doubt longer`() {
        var story = Self.reported()
        #expect(!Self.shown(story.entries).mayReopen(at: nil))
        story.step("closed", at: Self.start)
        let shown = Self.shown(story.entries)
        let end = Self.start + Limits.reopeningMilliseconds
        #expect(shown.mayReopen(at: Instant(milliseconds: Self.start)))
        #expect(shown.mayReopen(at: Instant(milliseconds: end + 40)))
        #expect(!shown.mayReopen(at: Instant(milliseconds: end + 41)))
        #expect(shown.mayReopen(at: Instant(milliseconds: end + 50, uncertaintyMilliseconds: 10)))
        #expect(shown.mayReopen(at: nil))
        story.step("reopened", at: Self.start + 1)
        let again = Self.shown(story.entries)
        #expect(again.isOpen && again.hasEnded && !again.mayReopen(at: nil))
    }

    @Test func `once taken back, it says nothing more, whatever is written later or beside it`() {
        var story = Self.reported()
        story.step("handling", at: Self.start, reason: "师傅已到", audience: .everyone)
        story.add(Change(fields: [.hidden: .text("reporter")]))
        story.add(Change(fields: [.hidden: .cleared]))
        let beside = Samples.entry(50, at: 2, 1, Change(fields: [.stage: .text("closed"), .text: .text("旧")]))
        for entries in [story.entries, story.entries + [beside], [beside] + story.entries.reversed()] {
            let shown = Self.shown(entries)
            #expect(shown.isHidden && shown.steps.isEmpty && shown.category == nil && shown.ratings.isEmpty)
            #expect(!shown.mayReopen(at: nil))
            #expect(Report(id: Samples.report, folding: entries).overview.isHidden)
        }
    }

    @Test func `the last rating counts, and concurrent ones are both told`() throws {
        var story = Self.reported()
        story.step("closed", at: Self.start)
        for rating in [Rating.dissatisfied, .satisfied] {
            story.add(Change(fields: [.rating: .text(rating.rawValue)]), author: PublicReport.author)
        }
        #expect(Self.shown(story.entries).ratings == [.satisfied])
        func facts(_ entries: [Entry]) -> CaseFacts {
            CaseFacts(of: Report(id: Samples.report, folding: entries).overview)
        }
        #expect(facts(story.entries).isSatisfied == true)
        #expect(facts(Array(story.entries.prefix(2))).isSatisfied == nil)
        let beside = Samples.entry(
            90, at: 2, 1, seen: VersionVector([(Samples.origin(1), UInt64(2))]), depth: 9,
            Change(fields: [.rating: .text("dissatisfied")]))
        for entries in [story.entries + [beside], [beside] + story.entries] {
            #expect(Self.shown(entries).ratings == [.satisfied, .dissatisfied])
            #expect(facts(entries).isSatisfied == true)
        }
        let unknown = Change(fields: [.rating: .text("delighted")])
        story.add(unknown)
        #expect(Self.shown(story.entries).ratings.isEmpty && facts(story.entries).isSatisfied == nil)
    }

    @Test(arguments: [Int64.min, -1, 1, .max], [UInt64(0), .max])
    func `times that nobody can mean stop nothing`(time: Int64, uncertainty: UInt64) {
        var story = Self.reported()
        let trace = Trace(
            stage: "closed", department: "", text: "", timeMilliseconds: time, uncertaintyMilliseconds: uncertainty)
        story.add(Change(fields: [.stage: .text("closed")], traces: [trace]))
        let shown = Self.shown(story.entries)
        for now in [Instant(milliseconds: .max, uncertaintyMilliseconds: .max), Instant(milliseconds: .min)] {
            #expect(shown.hasEnded && shown.mayReopen(at: now), "the clocks do not tell")
        }
    }

    @Test func `ratings are counted`() {
        var story = Self.reported()
        story.step("filed", at: Self.start, limit: "2 urgent_hours")
        story.step("closed", at: Self.start + Self.hour)
        let period = IndicatorPeriod(start: Self.start, end: Self.start + 100 * Self.hour)
        func counted(_ count: CaseCount) -> Bool {
            let report = Report(id: Samples.report, folding: story.entries)
            let facts = CaseFacts(of: report.overview)
            return CaseCountSet(of: facts, in: period).contains(count)
        }
        #expect(counted(.closingDue) && !counted(.rated))
        story.add(Change(fields: [.rating: .text("dissatisfied")]))
        #expect(counted(.rated) && !counted(.satisfied))
        story.add(Change(fields: [.rating: .text("satisfied")]))
        #expect(counted(.rated) && counted(.satisfied))
    }

    @Test func `a summary that is too long loses its oldest words first`() throws {
        var story = Self.reported()
        for number in 0..<3 {
            story.add(Change(notes: [Note(text: "\(number)", audience: .everyone)]))
            story.step("handling", at: Self.start)
        }
        var shown = Self.shown(story.entries)
        var (notes, steps): ([Int], [Int]) = ([], [])
        while let shorter = shown.shorter {
            shown = shorter
            notes.append(shown.notes.count)
            steps.append(shown.steps.count)
        }
        #expect(notes == [2, 1, 0, 0, 0, 0] && steps == [3, 3, 3, 2, 1, 0])
    }

    @Test func `every step that has public words has them in both languages`() {
        for stage in Workflow.standard.stages {
            guard let words = stage.publicWords else {
                #expect(stage.kind == .side, "\(stage.code): a reporter is told where the case stands")
                continue
            }
            #expect(!words.chinese.isEmpty && words.english.allSatisfy(\.isASCII), "\(stage.code)")
        }
    }
}
