import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Turns every error of a route into problem details, and logs errors of the node itself. The log contains the method,
/// the route and the kind of error, never content.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let logger: Logger
    private let cutOff = BodyFaultCount()

    init(logger: Logger) { self.logger = logger }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let fault as BodyFault {
            cutOff.note(fault, request, context, logger)
            return try Response(problem: Problem(fault))
        } catch {
            let problem = Self.problem(error)
            // A health check asks every few seconds. Its refusal is a normal answer, and must not fill the log on a
            // full disk.
            let isAnswer = problem.kind == .refusingReports
            if problem.kind.status >= 500, !isAnswer { log(problem, error, request, context) }
            return try Response(problem: problem)
        }
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let refusal as IntakeRefusal: Problem(refusal)
        case let error as JournalError: Problem(error)
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

    private func log(_ problem: Problem, _ error: any Error, _ request: Request, _ context: Context) {
        let reason =
            switch error {
            case let error as JournalError: error.description
            case IntakeRefusal.journal(let error): error.description
            default: String(describing: type(of: error))
            }
        logger.error(
            "request failed",
            metadata: [
                "problem": "\(problem.kind.rawValue)", "method": "\(request.method)",
                "route": "\(context.endpointPath ?? "")", "reason": "\(reason)",
            ])
    }
}

/// Counts requests whose body did not arrive as announced. They are not this node's fault, so each gets one line
/// without content at the debug level.
private final class BodyFaultCount: Sendable {
    private let count = Atomic(0)

    func note(_ fault: BodyFault, _ request: Request, _ context: APIContext, _ logger: Logger) {
        let total = count.add(1, ordering: .relaxed).newValue
        logger.debug(
            "a request was interrupted",
            metadata: [
                "fault": "\(fault)", "method": "\(request.method)", "route": "\(context.endpointPath ?? "")",
                "so_far": "\(total)",
            ])
    }
}

extension Problem {
    init(_ fault: BodyFault) {
        switch fault {
        case .cut: self.init(.badRequest, "The body ended too early. Nothing was changed. Send it again.")
        case .malformed: self = .unreadable("the chunks of its body are invalid")
        case .late:
            self.init(
                .requestTimeout,
                "The request did not arrive within \(Limits.httpRequestSeconds) seconds. Nothing was changed. Send it "
                    + "again.")
        }
    }
}

extension Response {
    init(problem: Problem) throws {
        self.init(
            status: HTTPResponse.Status(code: problem.kind.status), headers: [.contentType: "application/problem+json"],
            body: ResponseBody(byteBuffer: try JSON.encode(problem)))
        for field in problem.headers { headers[field.name] = field.value }
    }
}
