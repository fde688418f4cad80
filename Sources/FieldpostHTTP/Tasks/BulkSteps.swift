import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// `POST /v1/steps`: steps of several cases. Each is checked, taken and answered by itself, in the order given.
struct BulkSteps: BodyContent {
    fileprivate let steps: [JSONObject]

    init(_ reader: inout ObjectReader) {
        guard case .list(let list) = reader.node("steps"), (1...Limits.bulkSteps).contains(list.count) else {
            reader.note("steps", "must be a list of 1 to \(Limits.bulkSteps) steps")
            steps = []
            return
        }
        let objects = list.compactMap { node in if case .object(let object) = node { object } else { nil } }
        if objects.count < list.count { reader.note("steps", "must be a list of objects") }
        steps = objects
    }
}

/// One of them: the body of `POST /v1/reports/{id}/steps`, with the report, the key and the version in members.
private struct BulkStep: BodyContent {
    let report: ReportID?
    let key: IdempotencyKey?
    let seen: ReportVersion?
    let step: NewStep

    init(_ reader: inout ObjectReader) {
        let id = reader.required("report", reader.shortText("report"))
        report = id.flatMap { ReportID(text: $0) }
        if id != nil, report == nil { reader.note("report", "must be the id of a report") }
        let given = reader.optional("idempotency_key", reader.shortText("idempotency_key"))
        key = given.flatMap { IdempotencyKey($0) }
        if given != nil, key == nil { reader.note("idempotency_key", "must be visible ASCII characters") }
        let tag = reader.optional("version", reader.longText("version"))
        seen = tag.flatMap { EntityTag(text: $0)?.version }
        if tag != nil, seen == nil { reader.note("version", "must be the version of a report, as lists show it") }
        step = NewStep(&reader)
    }
}

/// What became of one step.
private struct BulkOutcome: Encodable {
    let status: Int
    let version: String?
    let replayed: Bool?
    let problem: Problem?
}

extension ReportAPI {
    func takeSteps(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await JSONBody.read(BulkSteps.self, from: request, context)
        var outcomes: [BulkOutcome] = []
        for object in body.steps { outcomes.append(await outcome(of: object, context)) }
        return try Response(json: ["results": outcomes])
    }

    private func outcome(of object: JSONObject, _ context: APIContext) async -> BulkOutcome {
        do {
            let given = try JSONBody.decode(BulkStep.self, object)
            guard let report = given.report else { throw Problem.internalError }
            let accepted = try await node.intake.take(
                Submission(
                    caller: context.caller, key: given.key, author: given.step.author,
                    .step(on: report, seen: given.seen, given.step.step)))
            var version: String?
            if case .committed(let committed) = accepted { version = EntityTag(committed.version).text }
            return BulkOutcome(status: 201, version: version, replayed: accepted.isRepeat ? true : nil, problem: nil)
        } catch {
            let problem = context.problems.problem(error, method: "POST", route: "/v1/steps")
            return BulkOutcome(status: problem.kind.status, version: nil, replayed: nil, problem: problem)
        }
    }
}
