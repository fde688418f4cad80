import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// What reporters said of reports whose bodies a gateway pruned, while the bodies come back.
struct RehydratedReceiptTests {
    private let (gateway, central): (Station, Station)
    private let receipt = Hash256(hashing: [7])

    init() throws { (gateway, central) = (try Station(1), try Station(9, .central)) }

    private func pruned(_ changes: [Change]) async throws -> ReportID {
        let id = ReportID.random()
        for (number, change) in changes.enumerated() {
            _ = try await gateway.journal.append(Samples.draft(number == 0 ? .create : .edit, id, change: change))
        }
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        #expect(try await gateway.journal.isPruned(id))
        return id
    }

    private func bringBack() async throws {
        try await gateway.sync(with: central)
        for range in try await gateway.journal.missing() { _ = try await gateway.fetch(range, from: central) }
    }

    @Test func `a report that was taken back stays hidden while its bodies come back`() async throws {
        let id = try await pruned([
            Change(fields: [.text: .text("电动车"), .receipt: .text(receipt.hex)]),
            Change(fields: [.hidden: .text("reporter")]),
        ])
        try await gateway.edit(id, text: "补充")
        #expect(try await gateway.journal.report(id)?.isHidden == false, "the entry that says it is missing")
        #expect(try await gateway.journal.isHidden(id))
        #expect(try await gateway.journal.reports(ReportQuery()).reports.isEmpty)
        _ = try await gateway.scrub()
        #expect(try await gateway.journal.isHidden(id))
        try await bringBack()
        #expect(try await gateway.journal.report(id)?.isHidden == true)
        #expect(try await gateway.journal.isHidden(id))
        #expect(try await gateway.scrub().repaired == 0)
    }

    @Test func `a receipt still shows the summary while the bodies come back`() async throws {
        let id = try await pruned([Change(fields: [.text: .text("电动车"), .receipt: .text(receipt.hex)])])
        try await gateway.edit(id, text: "补充")
        guard case .summary(let summary) = try await gateway.journal.receipt(receipt) else {
            Issue.record("the receipt finds no summary")
            return
        }
        #expect(summary.id == id)
        _ = try await gateway.scrub()
        #expect(try await gateway.journal.receipt(receipt) != nil)
        try await bringBack()
        guard case .report(let report) = try await gateway.journal.receipt(receipt) else {
            Issue.record("the receipt does not find the report")
            return
        }
        #expect(report.id == id && report.gaps.isEmpty)
        #expect(try await gateway.journal.summary(of: id) == nil)
    }
}
