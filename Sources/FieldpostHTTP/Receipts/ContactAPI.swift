import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// Opens the sealed contact data of a report.
struct ContactAPI: Sendable {
    let node: any NodeService

    /// `POST /v1/reports/{id}/contact`. The look is recorded before it is answered.
    func open(of id: ReportID, _ context: APIContext) async throws -> Response {
        let opener = try node.contactOpener()
        guard let report = try await node.journal.report(id), context.caller.sees(report) else {
            throw Problem.unknownReport(id)
        }
        let sealed = report.fields.contacts
        guard !sealed.isEmpty else {
            throw Problem(.noContact, "Report \(id) came without contact data. Nothing was opened.")
        }
        try await node.record("Opened the contact data of report \(id).", author: await context.who())
        let views = try sealed.map { sealed in
            ContactView(try sealed.flatMap { try opener.open($0, of: id) }, key: sealed?.keyID)
        }
        var response = try Response(json: ["contacts": views])
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

/// One value that stands. Several if the report was sent to several nodes.
struct ContactView: Encodable {
    let opened: Bool
    let name: String?
    let phone: String?
    /// By which key it is sealed. Missing for a form that this program does not know.
    let key: String?

    init(_ contact: Contact?, key: String?) {
        opened = contact != nil
        name = contact?.name
        phone = contact?.phone
        self.key = key
    }
}
