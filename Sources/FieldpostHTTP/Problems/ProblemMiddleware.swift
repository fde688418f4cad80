import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Turns whatever a route throws into problem details, and logs what is the node's own fault. The log holds the
/// method, the route and the kind of error, never content.
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
            // A health check asks every few seconds; its no is an answer, and a full disk must not fill up with it.
            let isAnswer = problem.kind == .refusingReports
            if problem.kind.status >= 500, !isAnswer { log(problem, error, request, context) }
            return try Response(problem: problem)
        }
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let error as JournalError: Problem(error)
        case let error as ResyncError: Problem(error)
        case let error as AccessError: Problem(error)
        case let error as HTTPError where error.status == .notFound:
            Problem(
                .notFound, "This node serves nothing at this path. The paths it serves are in Protocol/openapi.yaml.")
        case let error as any HTTPResponseError where error.status.code < 500:
            Problem(.badRequest, "The request cannot be read (\(error.status.reasonPhrase)). Nothing was changed.")
        default: .internalError
        }
    }

    private func log(_ problem: Problem, _ error: any Error, _ request: Request, _ context: Context) {
        let reason = (error as? JournalError)?.description ?? String(describing: type(of: error))
        logger.error(
            "request failed",
            metadata: [
                "problem": "\(problem.kind.rawValue)", "method": "\(request.method)",
                "route": "\(context.endpointPath ?? "")", "reason": "\(reason)",
            ])
    }
}

/// Requests whose body did not come as announced: no fault of this node, so that a line of each, without content, is
/// for those who look into something.
private final class BodyFaultCount: Sendable {
    private let count = Atomic(0)

    func note(_ fault: BodyFault, _ request: Request, _ context: APIContext, _ logger: Logger) {
        let total = count.add(1, ordering: .relaxed).newValue
        logger.debug(
            "a request broke off",
            metadata: [
                "fault": "\(fault)", "method": "\(request.method)", "route": "\(context.endpointPath ?? "")",
                "so_far": "\(total)",
            ])
    }
}

extension Problem {
    init(_ fault: BodyFault) {
        switch fault {
        case .cut: self.init(.badRequest, "The body ended before all of it came. Nothing was changed; send it again.")
        case .malformed: self = .unreadable("the chunks of its body are none")
        case .late:
            self.init(
                .requestTimeout,
                "The request did not come whole within \(Limits.httpRequestSeconds) s. Nothing was changed; send it "
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
