import FieldpostCore
import FieldpostNode
import Logging
import NIOCore
import Synchronization

/// Answers plain requests of some routes on the event loop of their connection, without the HTTP library: no task, and
/// no change of thread except the one after the commit.
///
/// It takes only requests whose head is valid and usual, and whose caller is known at once. All other requests take the
/// ordinary way, through the library and `Router.serving`, and so does a request whose body does not arrive as
/// announced. Both ways use the same checks and views, and a test compares their answers byte by byte.
final class FastPath: Sendable {
    private let path: String
    private let creation: FastCreation
    private let rule: AccessRule
    private let metrics: RouteMetrics
    private let problems: ProblemLog
    /// Bytes of bodies that all connections hold.
    private let held = Atomic(0)
    private let queues = Mutex<[ObjectIdentifier: LoopQueue]>([:])

    /// Nil if none of the routes has a fast form.
    init?(_ routes: [Route], rule: AccessRule, metrics: RouteMetrics, logger: Logger) {
        guard let route = routes.first(where: { $0.fast != nil }), let fast = route.fast else { return nil }
        path = route.path
        creation = fast
        self.rule = rule
        self.metrics = metrics
        problems = ProblemLog(logger: logger)
    }

    /// The queue by which work comes back to an event loop.
    func queue(of loop: any EventLoop) -> LoopQueue {
        queues.withLock { queues in
            let queue = queues[ObjectIdentifier(loop)] ?? LoopQueue(loop)
            queues[ObjectIdentifier(loop)] = queue
            return queue
        }
    }

    /// Nil if the request takes the ordinary way.
    func begin(_ head: RequestHead, from address: SocketAddress?) -> FastExchange? {
        guard head.method == "POST", head.target == path, !head.isOld, !head.closes, !head.expectsContinue,
            case .length(let length) = head.framing, (1...Limits.requestBodyBytes).contains(length),
            let creation = creation.read(head), let known = rule.callerAtOnce(of: head, from: address)
        else { return nil }
        let exchange = FastExchange(
            request: head, length: length, creation: creation, caller: known.caller, takenFor: known.takenFor)
        guard known.caller.may(.report) else {
            forget(exchange)
            return nil
        }
        return exchange
    }

    /// Counts the bytes of a body that have arrived. Returns false if all connections together hold too many.
    func hold(_ exchange: FastExchange, bytes: Int) -> Bool {
        let more = min(bytes, exchange.length) - exchange.held
        guard more > 0 else { return true }
        exchange.held += more
        return held.add(more, ordering: .relaxed).newValue <= Limits.heldBodyBytes
    }

    /// The bytes of its body are no longer held.
    func release(_ exchange: FastExchange) {
        held.subtract(exchange.held, ordering: .relaxed)
        exchange.held = 0
    }

    /// The request takes the ordinary way, or its client is gone.
    func forget(_ exchange: FastExchange) {
        release(exchange)
        if let address = exchange.takenFor, case .residents(let rates) = rule { rates.giveBackReport(address) }
        exchange.takenFor = nil
    }

    /// Takes a whole body. Returns the answer if the request is refused at once. Otherwise calls `then` once, on any
    /// thread.
    func take(
        _ exchange: FastExchange, _ body: [UInt8],
        then: @escaping @Sendable (Result<Intake.Accepted, IntakeRefusal>) -> Void
    ) -> Answer? {
        do {
            try creation.take(exchange.creation, body, by: exchange.caller, then: then)
            return nil
        } catch {
            return answer(error, exchange)
        }
    }

    /// The answer after the commit. Nil if the journal must be read for it. Then the request takes the ordinary way,
    /// which is safe: only a repeat needs that, and it is a repeat there again.
    func answer(_ outcome: Result<Intake.Accepted, IntakeRefusal>, _ exchange: FastExchange) -> Answer? {
        do {
            guard let answer = try creation.answer(to: try outcome.get(), exchange.creation) else { return nil }
            return done(answer, exchange)
        } catch {
            return answer(error, exchange)
        }
    }

    private func answer(_ error: any Error, _ exchange: FastExchange) -> Answer {
        let problem = problems.problem(error, method: exchange.request.method, route: path)
        guard let answer = try? Answer(problem) else { preconditionFailure("a problem cannot be written as JSON") }
        return done(answer, exchange)
    }

    private func done(_ answer: Answer, _ exchange: FastExchange) -> Answer {
        release(exchange)
        metrics.record(path, answer.status, ContinuousClock.now - exchange.start)
        return answer
    }
}

/// A request that takes the fast path. Used only on the event loop of its connection.
final class FastExchange {
    let request: RequestHead
    /// Of its body.
    let length: Int
    let creation: FastCreation.Head
    let caller: Caller
    let start = ContinuousClock.now
    /// The address whose rate was charged.
    fileprivate var takenFor: String?
    /// Bytes of the body that were counted.
    fileprivate var held = 0

    fileprivate init(
        request: RequestHead, length: Int, creation: FastCreation.Head, caller: Caller, takenFor: String?
    ) {
        self.request = request
        self.length = length
        self.creation = creation
        self.caller = caller
        self.takenFor = takenFor
    }
}
