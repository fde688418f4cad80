import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import TestKit
import Testing

@testable import fieldpost

/// The day of the demo, over links that are cut at different times, and with its entries in any order.
@Suite(.timeLimit(.minutes(10))) struct DayTests {
    /// What a person would call the same: no ids, no moments.
    private static func note(_ outcome: Day.Outcome) -> [String] {
        let cases = outcome.cases.map { title, _, state in
            let branches = (state["branches"]?.list ?? []).map { branch in
                ["stage", "department", "author"].map { branch[$0]?.text ?? "-" }.joined(separator: "/")
            }
            let assignees = (state["assignees"]?.list ?? []).map { $0["assignee"]?.text ?? "-" }.sorted()
            let rounds = (state["stages"]?.list ?? []).map { round in
                ["stage", "department", "state", "limit"].map { round[$0]?.text ?? "-" }.joined(separator: "/")
            }.sorted()
            let counts = (state["counts"]?.object ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            return "\(title): \(branches) by \(assignees), disputes \(state["disputes"] ?? .null), "
                + "extensions \(state["extensions"]?.list?.count ?? 0), \(rounds), \(counts)"
        }
        return cases + ["tasks \(outcome.tasks), disputed \(outcome.disputed)"]
    }

    @Test func `A day gives the same cases, deadlines, tasks and figures whenever the link is cut`() async throws {
        let parts = Day.Part.allCases
        let schedules = (0..<1 << parts.count).map { bits in
            Set(parts.indices.filter { bits >> $0 & 1 == 1 }.map { parts[$0] })
        }
        var first: [String]?
        var reports: [ReportID] = []
        try await Program.withFleet(grids: [["南坑一"]]) { fleet in
            for cuts in schedules {
                let outcome = try await Day(fleet: fleet, gateway: 0, grid: "南坑一", cuts: cuts, tell: { _ in }).run()
                #expect(outcome.differences.isEmpty, "\(cuts)")
                let note = Self.note(outcome)
                if first == nil { first = note }
                #expect(note == first, "\(cuts)")
                reports += outcome.cases.map(\.report)
            }
            #expect(first?.last == "tasks [\"井盖缺失\"], disputed 1")
            // Everything concerns the one gateway, so both nodes count the same.
            let query = [("period", "2020-01-01/2099-12-31"), ("by", "department")] as [(String, String?)]
            let here = try await fleet.gatewayClients[0].indicators(query)["rows"]
            let there = try await fleet.centralClient.indicators(query)["rows"]
            #expect(here == there && here?.list?.first?["counts"]?["reported"] == .integer(Int64(reports.count)))
            #expect(here?.list?.first?["counts"]?["filed"] == .integer(Int64(2 * schedules.count)))
            try await Self.foldAgain(reports, of: fleet)
        }
    }

    /// Stops the fleet, and folds the entries that central holds in other orders.
    private static func foldAgain(_ reports: [ReportID], of fleet: Fleet) async throws {
        let id = try #require(NodeID(hex: try await fleet.central.socket.status().node))
        #expect(await fleet.stop().isEmpty)
        let journal = try Journal(directory: fleet.central.directory, node: id, role: .central, codec: EntryCodec())
        defer { try? journal.close() }
        for report in reports {
            let held = try #require(try await journal.report(report))
            let facts = CaseFacts(of: held.overview) { WorkCalendar.standard(ifNamed: $0) }
            for _ in 0..<8 {
                let again = Report(id: report, folding: held.history.shuffled())
                #expect(again.handling == held.handling && again.summary == held.summary)
                #expect(CaseFacts(of: again.overview) { WorkCalendar.standard(ifNamed: $0) } == facts)
            }
        }
    }
}
