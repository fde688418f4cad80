import FieldpostAPI
import FieldpostCore
package import FieldpostNode
import HTTPTypes
import Hummingbird

/// What administrators ask about terminals and accounts on the admin socket.
///
/// - `GET /v1/access`: `AccessList`.
/// - `POST /v1/access` with `{"name", "channel"}` at a gateway, `{"name", "role", "password"}` at central, there also
///   with `group`, `department` and `grids`: `NewAccess`. Without `password`, somebody who has an account keeps theirs.
/// - `POST /v1/access/revoke?name=`: 204.
package struct AccessAPI: Sendable {
    private let control: any AccessControl

    package init(_ control: any AccessControl) { self.control = control }

    package var routes: [Route] {
        [
            .admin(.get, "/v1/access") { _, _ in try await control.accesses() },
            Route(.post, "/v1/access", for: .administer) { request, context in
                let body = try await JSONBody.read(AccessInput.self, from: request, context)
                return try Response(
                    json: try await control.give(body.request, author: await context.who()))
            },
            .command("/v1/access/revoke", takesQuery: true) { request, author in
                guard let name = try QueryParameters.only("name", request), !name.isEmpty else {
                    throw Problem(.badQuery, "`name` is missing: the terminal or the account. Nothing was changed.")
                }
                try await control.revokeAccess(name, author: author)
            },
        ]
    }
}

/// The body of `POST /v1/access`.
struct AccessInput: BodyContent {
    let request: AccessRequest

    init(_ reader: inout ObjectReader) {
        let name = (reader.required("name", reader.shortText("name")) ?? "").nameForm
        if !name.isEmpty, let defect = Access.defect(ofName: name) {
            reader.note("name", "is not a valid name: \(defect)")
        }
        let channel = reader.optional("channel", reader.choice("channel", of: ReportChannel.allCases.map(\.rawValue)))
        let role = reader.optional("role", reader.choice("role", of: AccessRole.people.map(\.text)))
        let password = reader.optional("password", reader.shortText("password"))
        let assignment = AssignmentChange(&reader)
        if channel != nil, assignment != AssignmentChange() {
            reader.note("channel", "is for a terminal, which has no group, department or grids")
        }
        switch (channel, role, password) {
        case (let channel?, nil, nil): request = .terminal(name: name, channel: channel)
        case (nil, let role?, let password):
            request = .account(name: name, AccessRole(text: role) ?? .viewer, assignment, password: password)
            if let password, password.count < Limits.leastPasswordCharacters {
                reader.note("password", "has fewer than \(Limits.leastPasswordCharacters) characters")
            }
        default:
            request = .terminal(name: name, channel: "")
            reader.note("channel", "is for a terminal; use `role` and `password` for an account")
        }
    }
}

extension AssignmentChange {
    fileprivate init(_ reader: inout ObjectReader) {
        let groups = Assignment.groups.map(\.rawValue)
        let group = reader.optional("group", reader.choice("group", of: groups + [""]))
        self.init(group: group.flatMap { Workflow.Actor(rawValue: $0) })
        leavesGroup = group?.isEmpty == true
        department = reader.optional("department", reader.longText("department"))?.nameForm
        switch reader.node("grids") {
        case nil: break
        case .list(let list) where list.count <= Limits.personGrids:
            let names = list.compactMap { node in if case .text(let text?) = node { text.nameForm } else { nil } }
            if names.count < list.count { reader.note("grids", "must be a list of texts") }
            grids = names
        default: reader.note("grids", "must be a list of at most \(Limits.personGrids) texts")
        }
    }
}
