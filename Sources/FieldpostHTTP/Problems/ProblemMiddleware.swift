import FieldpostCore
import FieldpostNode
import Hummingbird
import Logging
import Synchronization

/// Turns every error of a route into problem details.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let problems: ProblemLog
    private let cutOff = BodyFaultCount()

    init(logger: Logger) { problems = ProblemLog(logger: logger) }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.problems = problems
        do {
            return try await next(request, context)
        } catch let fault as BodyFault {
            cutOff.note(fault, request, context, problems.logger)
            return Response(try Answer(Problem(fault)))
        } catch {
            let problem = problems.problem(
                error, method: request.method.rawValue, route: context.endpointPath ?? "")
            return Response(try Answer(problem))
        }
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
