import FieldpostClient
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Foundation

/// A year of a city in a journal of central: most cases are closed, some of each time are open, many of these are late,
/// and some reports were never touched.
struct CityFilling {
    static let steps = ["accepted", "filed", "dispatched", "handling", "feedback", "verified", "closed"]
    static let people = 500
    /// Reports that are filled in side by side.
    private static let together = 2048
    private static let day: Int64 = 86_400_000

    let city: CityRows
    private let count: Int
    private let now: Int64
    private var random = SeededGenerator(seed: 51)
    private var entries = 0

    init(_ city: CityRows, count: Int, now: Int64) { (self.city, self.count, self.now) = (city, count, now) }

    /// Returns how many entries it wrote.
    mutating func fill(_ journal: Journal) async throws -> Int {
        for first in stride(from: 0, to: count, by: Self.together) {
            let numbers = Array(first..<min(count, first + Self.together))
            var waiting = numbers.map { (draft: draft($0), parts: life($0)) }
            for index in waiting.indices where waiting[index].parts.first?.isFirst == true {
                let change = step(waiting[index].parts.removeFirst(), of: waiting[index].draft).change
                waiting[index].draft.change.fields.merge(change.fields) { _, step in step }
                waiting[index].draft.change.traces = change.traces
            }
            let drafts = waiting.map(\.draft)
            try await append(drafts, journal)
            while true {
                waiting.removeAll(where: \.parts.isEmpty)
                if waiting.isEmpty { break }
                try await append(waiting.map { step($0.parts[0], of: $0.draft) }, journal)
                for index in waiting.indices { waiting[index].parts.removeFirst() }
            }
            for (number, draft) in zip(numbers, drafts) where number % 500 == 77 {
                try await disagree(about: draft, journal)
            }
        }
        return entries
    }

    private mutating func append(_ drafts: [Draft], _ journal: Journal) async throws {
        entries += drafts.count
        try await withThrowingTaskGroup(of: Void.self) { group in
            for draft in drafts { group.addTask { _ = try await journal.append(draft) } }
            try await group.waitForAll()
        }
    }

    private mutating func bits() -> UInt128 { UInt128(random.next()) << 64 | UInt128(random.next()) }

    /// Reports came evenly through the year.
    private func capturedAt(_ number: Int) -> Int64 { now - Int64(count - number) * (365 * Self.day) / Int64(count) }

    private mutating func draft(_ number: Int) -> Draft {
        Draft(
            id: EntryID(bits()), report: ReportID(bits()), intent: .create, author: "",
            stamp: Filling.stamp, change: city.change(number, capturedAt: capturedAt(number), &random))
    }

    private struct Part {
        let number: Int
        let steps: Range<Int>
        let at: Int64
        /// In the entry that creates the report.
        var isFirst = false
    }

    /// The entries of a case's steps: each twentieth case has one for each step, others two for all. Cases that were
    /// closed long ago have one entry, so that a million do not take an hour to make.
    private mutating func life(_ number: Int) -> [Part] {
        let (start, chance) = (capturedAt(number), random.below(100))
        let (untouched, closed) =
            switch now - start {
            case ..<Self.day: (70, 0)
            case ..<(30 * Self.day): (5, 20)
            default: (2, 90)
            }
        if chance < untouched { return [] }
        let done = chance < untouched + closed ? Self.steps.count : 1 + random.below(Self.steps.count - 1)
        if done == Self.steps.count, number % 20 != 0, now - start > 30 * Self.day {
            return [Part(number: number, steps: 0..<done, at: start + 3_600_000, isFirst: true)]
        }
        let bounds = number % 20 == 0 ? Array(0...done) : Array(Set([0, min(3, done), done])).sorted()
        return zip(bounds, bounds.dropFirst()).map { from, to in
            Part(number: number, steps: from..<to, at: start + Int64(from + 1) * 3_600_000)
        }
    }

    private mutating func step(_ part: Part, of draft: Draft) -> Draft {
        let department = city.department(of: part.number)
        var fields: [FieldName: FieldValue] = [:]
        let traces = part.steps.map { index in
            let code = Self.steps[index]
            fields[.stage] = .text(code)
            if code == "dispatched" { fields[.department] = .text(department) }
            return Trace(
                stage: code, department: code == "dispatched" ? department : "", text: "请处理",
                assignee: code == "handling" ? "王\(part.number % Self.people)" : "",
                limit: code == "filed" ? "\(8 + part.number % 40) office_hours" : "",
                calendar: code == "filed" ? WorkCalendar.standard.version : "",
                timeMilliseconds: part.at, uncertaintyMilliseconds: 40)
        }
        return Draft(
            id: EntryID(bits()), report: draft.report, intent: .edit, author: "李强", stamp: Filling.stamp,
            change: Change(fields: fields, traces: traces))
    }

    /// Two people set the priority who had seen the same.
    private mutating func disagree(about draft: Draft, _ journal: Journal) async throws {
        let seen = try await journal.report(draft.report)?.version
        for (author, value) in [("赵敏", "high"), ("李强", "normal")] {
            var edit = Draft(
                id: EntryID(bits()), report: draft.report, intent: .edit, author: author, stamp: Filling.stamp,
                change: Change(fields: [.priority: .text(value)]))
            edit.seen = seen
            try await append([edit], journal)
        }
    }
}
