import FieldpostAPI
import FieldpostCore
import FieldpostNode
import Hummingbird

/// Whom a case can be given to, and what staff often write. The same at a gateway and at central, from the newest
/// settings that the node holds.
struct OrganisationAPI: Sendable {
    let node: any NodeService

    var routes: [Route] {
        [
            Route(.get, "/v1/organisation", for: .read) { _, _ in try await organisation() },
            Route(.get, "/v1/templates", for: .read, takesQuery: true) { request, _ in try await templates(request) },
        ]
    }

    private func organisation() async throws -> Response {
        try await node.centralSettings.refresh()
        let newest = node.centralSettings.organisation.value
        func units(_ kind: Organisation.Unit.Kind) -> [OrganisationState.Unit] {
            newest.units(of: kind).map { unit in
                OrganisationState.Unit(
                    code: unit.code, zh: unit.chinese, en: unit.english.isEmpty ? nil : unit.english,
                    members: unit.members)
            }
        }
        return try Response(
            json: OrganisationState(
                version: newest.version, departments: units(.department), groups: units(.group), grids: units(.grid)))
    }

    /// `GET /v1/templates`, `GET /v1/templates?step=closed`
    private func templates(_ request: Request) async throws -> Response {
        let step = try QueryParameters.only("step", request)
        if let step, Workflow.standard[step] == nil {
            throw Problem(.badQuery, "`step` must be the code of a step, such as closed. Nothing was changed.")
        }
        try await node.centralSettings.refresh()
        let newest = node.centralSettings.templates.value
        return try Response(
            json: TemplateList(
                version: newest.version,
                templates: newest.templates.filter { step == nil || $0.step == step }.map { template in
                    TemplateList.Template(
                        step: template.step, audience: template.isPublic ? "public" : "inside", text: template.text)
                }))
    }
}
