import FieldpostCore
package import FieldpostStore
import GRDB

extension Schema {
    /// What indicators need to know of each case, so that nobody has to fold a million reports for a figure.
    static let facts = """
        ALTER TABLE reports ADD COLUMN facts BLOB;  -- `CaseFacts.bytes`; NULL until it is made
        """
}

extension Journal {
    package func facts(after place: Int64) async throws(JournalError) -> CaseFactsPart {
        try await read { [codec] db in
            let end = ContinuousClock.now + .milliseconds(Limits.readMilliseconds)
            var cases: [(place: Int64, facts: CaseFacts)] = []
            var (count, last) = (0, place)
            let select = try db.raw(
                "SELECT number, id, facts, pruned OR hidden FROM reports WHERE number > ? ORDER BY number LIMIT ?")
            select.bind(place, at: 1)
            select.bind(Int64(Limits.scanCases), at: 2)
            defer { select.reset() }
            while try select.step() {
                (count, last) = (count + 1, select.integer(at: 0) ?? .max)
                if let facts = select.withBytes(at: 1, { ReportID(bytes: $0) }).flatMap({ id in
                    select.withBytes(at: 2) { CaseFacts(id: id, bytes: $0) }
                }) {
                    cases.append((last, facts))
                } else if select.integer(at: 3) == 0, let report = try db.report(number: last, codec: codec) {
                    // They are not made yet, or corrupt.
                    let facts = try CaseFacts(of: report.overview) { try db.calendar(version: $0, codec) }
                    cases.append((last, facts))
                }
                if count % 64 == 0, ContinuousClock.now >= end { break }
            }
            let isEnd = count < Limits.scanCases && ContinuousClock.now < end
            return CaseFactsPart(cases: cases, next: isEnd ? nil : last)
        }
    }
}

extension WriteContext {
    /// The facts of a case by the calendars that are here. Nil for one that does not count: its reporter took it back.
    func facts(of report: ReportOverview) throws -> [UInt8]? {
        if report.isHidden { return nil }
        return try CaseFacts(of: report) { version in
            try memory.calendars.find(version) { try db.calendar(version: version, memory.codec) }
        }.bytes
    }
}
