import FaultDisk
import FieldpostCore
import Testing

@testable import FieldpostHTTP

struct NewReportViewTests {
    private static let texts = [
        "消防通道被占用", "", "a \"b\" \\ / \n\t\u{1}\u{7F}", "\u{1F600}e\u{301}", "AQ03", "XX99", "dispatched",
    ]

    /// What may stand in a report's first entry.
    private static func entry(_ generator: inout Randomness) -> Entry {
        var fields: [FieldName: FieldValue] = [:]
        for name in FieldName.known + [FieldName(rawValue: "later \"field\"")] where Bool.random(using: &generator) {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                fields[name] = .location(
                    Location(
                        latitudeE7: .random(in: -900_000_000...900_000_000, using: &generator),
                        longitudeE7: .random(in: -1_800_000_000...1_800_000_000, using: &generator),
                        datum: Location.Datum.allCases.randomElement(using: &generator) ?? .wgs84,
                        accuracyCentimetres: Bool.random(using: &generator)
                            ? 0 : .random(in: 0...2_000_000_000, using: &generator)))
            case 1: fields[name] = .integer(.random(in: -99_000_000_000_000...300_000_000_000_000, using: &generator))
            default: fields[name] = .text(texts.randomElement(using: &generator) ?? "")
            }
        }
        let seq = UInt64.random(in: 1...Limits.seq, using: &generator)
        return Entry(
            id: EntryID(UInt128.random(in: 0...UInt128.max, using: &generator)),
            dot: Dot(Origin(node: TestNode.id, incarnation: Incarnation(7)), seq),
            report: ReportID(UInt128.random(in: 1...UInt128.max, using: &generator)), previousSeq: 0,
            context: VersionVector(), depth: 1, author: texts.randomElement(using: &generator) ?? "",
            stamp: Stamp(
                wallMilliseconds: .random(in: -99_000_000_000_000...300_000_000_000_000, using: &generator),
                boot: BootID(1), monotonicMilliseconds: 1),
            change: Change(fields: fields))
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `the direct form has the bytes of the general view`(
        seed: UInt64
    ) throws {
        var generator = Randomness(seed: seed)
        let entry = Self.entry(&generator)
        let report = Report(id: entry.report, folding: [entry])
        let direct = NewReportView.bytes(of: entry, version: EntityTag(report.version).text, catalogue: .standard)
        let general = try JSONWriter.write(ReportView(report: report, clocks: .none, catalogue: .standard))
        #expect(direct.map { String(decoding: $0, as: UTF8.self) } == String(decoding: general, as: UTF8.self))
    }

    @Test func `an entry with more than fields is left to the general view`() {
        var generator = Randomness(seed: 1)
        var entry = Self.entry(&generator)
        let plain = entry
        entry.change.notes = [Note(text: "a")]
        #expect(NewReportView.bytes(of: entry, version: "", catalogue: .standard) == nil)
        entry = plain
        entry.change.fields[.grid] = .cleared
        #expect(NewReportView.bytes(of: entry, version: "", catalogue: .standard) == nil)
        entry = plain
        entry.change.fields[.setAside] = .text("{}")
        #expect(NewReportView.bytes(of: entry, version: "", catalogue: .standard) == nil)
        entry = plain
        entry.previousSeq = 1
        #expect(NewReportView.bytes(of: entry, version: "", catalogue: .standard) == nil)
    }
}
