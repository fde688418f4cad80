import FieldpostClient
import FieldpostCore

/// Edits of the same reports at a gateway and at central while the link between them is cut.
struct ConcurrentEdits: Sendable {
    let gateway: FieldpostClient
    let central: FieldpostClient

    /// Edits each report on both sides. Every other one gets two stages, which cannot both hold; the rest get
    /// different fields from either side, which merge. Returns the ids of those left in conflict, and how often a
    /// request was repeated.
    func make(_ reports: [ReportID]) async throws -> (conflicting: [ReportID], retries: Int) {
        try await withThrowingTaskGroup(of: (ReportID?, Int).self) { group in
            var conflicting: [ReportID] = []
            var retries = 0
            var underWay = 0
            for (number, report) in reports.enumerated() {
                if underWay == 8, let (id, count) = try await group.next() {
                    if let id { conflicting.append(id) }
                    retries += count
                    underWay -= 1
                }
                group.addTask { try await edit(report, isConflict: number % 2 == 0) }
                underWay += 1
            }
            for try await (id, count) in group {
                if let id { conflicting.append(id) }
                retries += count
            }
            return (conflicting, retries)
        }
    }

    private func edit(_ report: ReportID, isConflict: Bool) async throws -> (ReportID?, Int) {
        let near: [String: JSONValue] =
            isConflict
            ? ["stage": .text("feedback"), "comment": .text("现场已处理，请核查"), "author": .text("网格员01")]
            : ["priority": .text("urgent"), "author": .text("网格员01")]
        let far: [String: JSONValue] =
            isConflict
            ? ["stage": .text("dispatched"), "comment": .text("派遣至责任单位"), "author": .text("调度员02")]
            : ["department": .text("街道综合行政执法队"), "author": .text("调度员02")]
        let keys = (EntryID.random(), EntryID.random(), EntryID.random())
        async let atGateway = persistently { () async throws(ClientError) in
            try await gateway.patch(report, ReportEdit(fields: near, key: keys.0))
        }
        async let atCentral = persistently { () async throws(ClientError) in
            try await central.patch(report, ReportEdit(fields: far, key: keys.1))
        }
        async let note = persistently { () async throws(ClientError) in
            try await gateway.note(report, ReportNote(text: "断网期间补充现场情况", author: "网格员01", key: keys.2))
        }
        let retries = try await (atGateway.retries, atCentral.retries, note.retries)
        return (isConflict ? report : nil, retries.0 + retries.1 + retries.2)
    }

    /// A dispatcher looks at what is in conflict and decides: an edit on the version that shows both values covers
    /// both.
    func resolve(_ report: ReportID) async throws {
        let seen = try await central.report(report)
        let decision: [String: JSONValue] = [
            "stage": .text("verified"), "comment": .text("以现场反馈为准"), "author": .text("调度员02"),
        ]
        let key = EntryID.random()
        _ = try await persistently { () async throws(ClientError) in
            try await central.patch(report, ReportEdit(fields: decision, version: seen.version, key: key))
        }
    }
}
