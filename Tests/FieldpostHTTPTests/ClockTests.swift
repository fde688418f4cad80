import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import Testing

@testable import FieldpostHTTP

/// Times from clocks that were wrong, as central shows them.
@Suite struct ClockTests {
    private static let origin = Origin(node: NodeID(publicKey: [9]), incarnation: Incarnation(9))
    private static let path = "/v1/reports/\(ReportID(1))"
    /// 2018-05-01T00:30:00Z. The gateway's clock showed 1970 then.
    private static let moment: Int64 = 1_525_134_600_000

    @Test func `a report from a gateway with a wrong clock is shown with the corrected time`() async throws {
        let node = try await Self.node(measured: true)
        try await withAPI(of: node) { api in
            _ = try await api.patch(Self.path, #"{"text": "here"}"#, ["If-Match": Self.seenNothing])
            let report = try await api.get(Self.path)
            for place in ["history.0", "notes.0", "traces.0", "attachments.0"] {
                #expect(report.text(place + ".at") == "1970-01-01T00:00:00.000Z", "\(place)")
                #expect(report.text(place + ".corrected_at") == "2018-05-01T00:30:00.000Z", "\(place)")
                // 15 ms of the measure, and 100 ppm of the 1,000 s between the two.
                #expect(report[place + ".corrected_uncertainty_ms"] as? Int == 115, "\(place)")
            }
            let siblings = try #require(report["siblings.text"] as? [[String: Any]])
            let listed = try await api.get("/v1/reports")["reports.0.siblings.text"] as? [[String: Any]]
            for list in [siblings, try #require(listed)] {
                let (own, foreign) = (
                    list.first { $0["node"] as? String == TestNode.id.description },
                    list.first { $0["node"] as? String == Self.origin.node.description }
                )
                #expect(own != nil && own?["corrected_at"] == nil)
                #expect(foreign?["corrected_at"] as? String == "2018-05-01T00:30:00.000Z")
            }
        }
    }

    @Test func `a boot without a measure has only its reported time`() async throws {
        try await withAPI(of: try await Self.node(measured: false)) { api in
            let report = try await api.get(Self.path)
            #expect(report.text("history.0.at") == "1970-01-01T00:00:00.000Z")
            #expect(report["history.0.corrected_at"] == nil)
            #expect(report["history.0.corrected_uncertainty_ms"] == nil)
        }
    }

    /// The version of an author who saw nothing of the report.
    private static let seenNothing = EntityTag(ReportVersion()).header

    /// A central node with a report of a gateway. `measured`: in the boot in which it was made, or in the next one.
    private static func node(measured: Bool) async throws -> TestNode {
        let node = try TestNode(.central, on: FaultDisk(seed: 1))
        let change = Change(
            fields: [.text: .text("there")], notes: [Note(text: "n")],
            traces: [Trace(stage: "closed", department: "", text: "")],
            attachments: [Attachment(blob: Chain.hash(entry: [1]), mediaType: "image/jpeg", byteCount: 1)])
        let entry = Entry(
            id: EntryID(1), dot: Dot(origin, 1), report: ReportID(1), previousSeq: 0, context: VersionVector(),
            depth: 1, author: "乙",
            stamp: Stamp(wallMilliseconds: 0, boot: BootID(7), monotonicMilliseconds: 5000), change: change)
        let codec = EntryCodec()
        _ = try await node.journal.ingest(
            [codec.open(codec.encode(entry), at: entry.dot)], of: origin, after: Chain.start(of: origin),
            stamp: .unknown)
        let measure = ClockMeasure(
            boot: BootID(measured ? 7 : 8), offsetMilliseconds: moment - 5000, uncertaintyMilliseconds: 15,
            monotonicMilliseconds: 1_005_000)
        try await node.journal.note(measure, of: origin.node)
        // No node measures itself. Even if it had a measure, it would not use it for its own stamps.
        var own = measure
        own.boot = node.stamp().boot
        try await node.journal.note(own, of: TestNode.id)
        return node
    }
}
