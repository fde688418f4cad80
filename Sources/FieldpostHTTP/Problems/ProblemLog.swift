import FieldpostNode
import FieldpostStore
import Hummingbird
import Logging

/// The problem for every error of a route. Errors of the node itself are logged: the method, the route and the kind of
/// error, never content.
struct ProblemLog: Sendable {
    let logger: Logger

    func problem(_ error: any Error, method: String, route: String) -> Problem {
        let problem = Self.problem(error)
        // A health check asks every few seconds. Its refusal is a normal answer, and must not fill the log on a full
        // disk.
        let isAnswer = problem.kind == .refusingReports || problem.kind == .busy
        if problem.kind.status >= 500, !isAnswer { log(problem, error, method, route) }
        return problem
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let refusal as IntakeRefusal: Problem(refusal)
        case let error as JournalError: Problem(error)
        case let error as BlobError: Problem(error)
        case let error as ResyncError: Problem(error)
        case let error as AccessError: Problem(error)
        case let error as HTTPError where error.status == .notFound:
            Problem(
                .notFound, "There is nothing at this path. Protocol/openapi.yaml lists the paths of this API.")
        case let error as any HTTPResponseError where error.status.code < 500:
            Problem(.badRequest, "The request cannot be read (\(error.status.reasonPhrase)). Nothing was changed.")
        default: .internalError
        }
    }

    private func log(_ problem: Problem, _ error: any Error, _ method: String, _ route: String) {
        let reason =
            switch error {
            case let error as JournalError: error.description
            case let error as BlobError: error.description
            case IntakeRefusal.journal(let error): error.description
            default: String(describing: type(of: error))
            }
        logger.error(
            "request failed",
            metadata: [
                "problem": "\(problem.kind.rawValue)", "method": "\(method)", "route": "\(route)",
                "reason": "\(reason)",
            ])
    }
}
