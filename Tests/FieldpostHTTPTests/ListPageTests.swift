import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Foundation
import NIOCore
import Testing

@testable import FieldpostHTTP

/// Pages of a report's lists, also if terminals used one id for several entries.
struct ListPageTests {
    private static let report = ReportID(7)

    /// Entries of several origins with few ids between them, each with its own content.
    private static func reused(_ count: Int) -> Report {
        let entries = (0..<count).map { number in
            let origin = Origin(node: NodeID(publicKey: [UInt8(number % 9)]), incarnation: Incarnation(1))
            let texts = ["\(number) 甲", "\(number) 乙"]
            return Entry(
                id: EntryID(UInt128(1 + number % 3)), dot: Dot(origin, UInt64(1 + number / 9)), report: report,
                previousSeq: UInt64(number / 9), context: VersionVector(), depth: 1, author: "王", stamp: .unknown,
                change: Change(notes: texts.map { Note(text: $0) }))
        }
        return Report(id: report, folding: entries)
    }

    private struct Page {
        let items: [[String: Any]]
        let next: String?
    }

    private func page(
        _ name: ReportListName, of report: Report, before: String?, limit: Int
    ) async throws -> Page? {
        let node = try TestNode()
        defer { node.remove() }
        let clocks = try await ClockCorrections(for: [], in: node.journal)
        guard let view = ReportListView(name, of: report, before: before, limit: limit, clocks: clocks) else {
            return nil
        }
        let json =
            try JSONSerialization.jsonObject(with: Data(try JSON.encode(view).readableBytesView)) as? [String: Any]
            ?? [:]
        let next = (json["more"] as? [String: Any])?["next"] as? String
        let path = "/v1/reports/\(Self.report)/\(name.rawValue)?before="
        if let next { #expect(next.hasPrefix(path)) }
        return Page(
            items: json[name.rawValue] as? [[String: Any]] ?? [], next: next.map { String($0.dropFirst(path.count)) })
    }

    @Test(arguments: [1, 7, 200]) func `all pages together contain each element once, even if ids repeat`(limit: Int)
        async throws
    {
        let report = Self.reused(40)
        #expect(report.reusedIDs.count == 3 && report.history.count == 40)
        for (name, count, key) in [(ReportListName.notes, 80, "text"), (.history, 40, "seq")] {
            var shown: [[String: Any]] = []
            var before: String?
            repeat {
                let page = try #require(try await page(name, of: report, before: before, limit: limit))
                #expect(page.items.count <= limit && !page.items.isEmpty)
                shown = page.items + shown
                before = page.next
            } while before != nil && shown.count <= count
            #expect(shown.count == count)
            let whole = try #require(try await page(name, of: report, before: nil, limit: 200)).items
            #expect(
                shown.map { "\($0["node"] ?? "") \($0[key] ?? "")" }
                    == whole.map { "\($0["node"] ?? "") \($0[key] ?? "")" })
        }
        let notes = report.notes.map(\.value.text)
        #expect(Set(notes).count == 80)
    }

    @Test func `an id names the first element that has it, and an unknown name is refused`() async throws {
        let report = Self.reused(9)
        let first = try #require(report.history.firstIndex { $0.id == report.history[8].id })
        let shown = try await page(.history, of: report, before: report.history[8].id.description, limit: 100)
        #expect(shown?.items.count == first)
        let foreign = ListPlace(dot: Dot(report.history[0].dot.origin, 99), index: 0).text
        for before in ["", "nothing", foreign, EntryID(77).description] {
            #expect(try await page(.history, of: report, before: before, limit: 7) == nil)
        }
    }
}
