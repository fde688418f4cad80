import FieldpostCore
import Foundation

@testable import fieldpost

extension Rig {
    /// Looks over HTTP whether a node shows everything of a page of the ledger, each exactly once and with its content.
    /// What is not so is counted as lost or doubled. Returns how many reports the node shows.
    @discardableResult
    func look(at intake: Intake, for page: Ledger.Page) async throws -> Int {
        let shown = try await Shown.read(intake.client)
        var lost: [String] = []
        for (id, report) in page.reports where shown.texts[id] != report.text {
            lost.append("\(intake.name): report \(id) \(shown.texts[id] == nil ? "is not there" : "has another text")")
        }
        // A report of which only a later edit is here shows no text: two of them are not the same report.
        let texts = shown.texts.values.filter { $0 != Ledger.digest("") }
        var doubled = Self.repeated(texts).map { _ in "\(intake.name): a report stands under two ids" }
        var keys: [ReportID: (notes: [EntryID], edits: [EntryID])] = [:]
        for (key, note) in page.notes { keys[note.report, default: ([], [])].notes.append(key) }
        for (key, edit) in page.edits { keys[edit.report, default: ([], [])].edits.append(key) }
        let ids = keys.keys.filter { shown.texts[$0] != nil }
        for (id, report) in try await Self.reports(ids, at: intake) {
            guard let wanted = keys[id] else { continue }
            let found = Self.changes(of: report)
            for key in wanted.notes where found.notes[key] != page.notes[key]?.text {
                lost.append("\(intake.name): note \(key) of report \(id)")
            }
            for key in wanted.edits where !found.entries.contains(key) {
                lost.append("\(intake.name): edit \(key) of report \(id)")
            }
            doubled += Self.repeated(found.texts).map { _ in "\(intake.name): a note of report \(id) stands twice" }
            doubled += Self.repeated(found.entries).map { _ in "\(intake.name): an entry of report \(id) stands twice" }
        }
        measure { [lost, doubled] measures in
            measures.lost += lost
            measures.doubled += doubled
        }
        return shown.texts.count
    }

    /// As `look(at:for:)` for the whole ledger, at central for all and at each gateway for what it acknowledged. The
    /// ledger's count becomes what was acknowledged.
    func lookEverywhere(_ fleet: Fleet) async throws {
        let page = ledger.page
        for intake in fleet.intakes {
            let isCentral = intake.name == fleet.central.name
            try await look(at: intake, for: isCentral ? page : page.acknowledged(by: intake.name))
        }
        measure { $0.acknowledged = page.count }
    }

    /// Asks for each report by itself, several at a time.
    private static func reports(_ ids: [ReportID], at intake: Intake) async throws -> [(ReportID, JSONValue)] {
        let workers = 8
        return try await withThrowingTaskGroup(of: [(ReportID, JSONValue)].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var reports: [(ReportID, JSONValue)] = []
                    for index in stride(from: worker, to: ids.count, by: workers) {
                        reports.append((ids[index], try await intake.client.report(ids[index]).report))
                    }
                    return reports
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private static func changes(
        of report: JSONValue
    ) -> (notes: [EntryID: Hash256], texts: [Hash256], entries: [EntryID]) {
        var notes: [EntryID: Hash256] = [:]
        var texts: [Hash256] = []
        for note in report["notes"]?.list ?? [] {
            guard let text = note["text"]?.text, let id = note["id"]?.text?.split(separator: ".").first else {
                continue
            }
            let digest = Ledger.digest(text)
            texts.append(digest)
            if let key = EntryID(text: String(id)) { notes[key] = digest }
        }
        let entries = (report["history"]?.list ?? []).compactMap { $0["entry"]?.text.flatMap { EntryID(text: $0) } }
        return (notes, texts, entries)
    }

    private static func repeated<Value: Hashable>(_ values: some Sequence<Value>) -> [Value] {
        var counts: [Value: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        return counts.filter { $0.value > 1 }.map(\.key)
    }
}

/// The reports that a node's listing shows.
struct Shown: Sendable {
    /// The digest of each report's text.
    var texts: [ReportID: Hash256] = [:]

    static func read(_ client: FieldpostClient) async throws -> Shown {
        var shown = Shown()
        var cursor: String?
        repeat {
            let query = [("limit", "500")] + (cursor.map { [("cursor", $0)] } ?? [])
            let page = try await client.reports(query)
            for report in page["reports"]?.list ?? [] {
                guard let id = report["id"]?.text.flatMap({ ReportID(text: $0) }) else { continue }
                shown.texts[id] = Ledger.digest(report["fields"]?["text"]?.text ?? "")
            }
            cursor = page["next"]?.text
        } while cursor != nil
        return shown
    }
}
