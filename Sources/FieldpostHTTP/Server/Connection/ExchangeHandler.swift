import FieldpostCore
import NIOCore
import NIOHTTP1

/// Manages the requests and answers of one connection. Says in each answer whether the connection stays open. Sends
/// `100 Continue` when a route reads a body. Answers requests that are invalid. Ends the connection so that the client
/// can still read the last answer.
final class ExchangeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Sent by a route that reads a body now.
    struct BodyWanted: Sendable {}

    /// Sent by a route that reads a body of any length now. The body has no time limit as a whole: the connection ends
    /// when nothing has come for a while.
    struct BodyStreams: Sendable {}

    private struct Exchange {
        let head: RequestHead
        var closes: Bool
        var streams = false
        var isContinued = false
        var isAnswered = false
    }

    /// The time in which a complete request must arrive.
    private let requestSeconds: Int
    /// The time without a request after which the connection is closed.
    private let idleTime: TimeAmount
    /// Requests whose answers are not complete, oldest first.
    private var open: [Exchange] = []
    /// The last answer, sent after these. No more requests are read.
    private var last: DirectAnswer?
    /// No more requests are read.
    private(set) var isOver = false
    /// A request has begun and has not ended.
    private(set) var isReading = false
    private var isInputClosed = false
    private var isLingering = false
    private var deadline: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    /// A request on the fast path is being answered.
    var isBusy = false
    /// Called when a request has not arrived in time. A request on the fast path then takes the ordinary way.
    var onLate: () -> Void = {}
    private var lastActive = NIODeadline.uptimeNanoseconds(0)
    private var idleCheck: Scheduled<Void>?

    init(requestSeconds: Int, idleSeconds: Int = Limits.httpIdleSeconds) {
        self.requestSeconds = requestSeconds
        idleTime = .seconds(Int64(idleSeconds))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        touch()
        checkIdle(in: idleTime)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        idleCheck?.cancel()
        self.context = nil
    }

    // MARK: Idle connections

    /// Something of a request arrived, or an answer was written.
    func touch() { if let context { lastActive = context.eventLoop.now } }

    private func checkIdle(in time: TimeAmount) {
        idleCheck = context?.eventLoop.assumeIsolated().scheduleTask(in: time) { self.closeIfIdle() }
    }

    /// A request that stopped arriving is idle too. One that is being answered is not.
    private func closeIfIdle() {
        let isWorking = isBusy || !open.isEmpty && !isReading
        guard let context else { return }
        let left = isWorking ? idleTime : lastActive + idleTime - context.eventLoop.now
        if left > .nanoseconds(0) { checkIdle(in: left) } else { context.close(promise: nil) }
    }

    // MARK: Called by `RequestHandler`

    private var isStreaming: Bool { isReading && open.last?.streams == true }

    /// Whether no other request is being read or answered.
    var isClear: Bool { open.isEmpty && !isReading && !isOver && last == nil }

    /// The first bytes of a request have arrived. The rest must arrive in time.
    func requestBegins() {
        guard deadline == nil, !isOver, !isStreaming, let context else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(Int64(requestSeconds))) {
            self.isLate()
        }
    }

    func requestIsWhole() {
        deadline?.cancel()
        deadline = nil
    }

    /// The head comes next.
    func begin(_ head: RequestHead) {
        open.append(Exchange(head: head, closes: head.closes))
        isReading = true
        if head.closes { closesNext = true }
    }

    /// The request is invalid, and the last one on this connection.
    func refuse(_ problem: Problem) { answer(DirectAnswer(problem)) }

    /// `OPTIONS *` (RFC 9110, section 9.3.7).
    func answerForServer() { answer(.ofServer) }

    /// A request that ends the connection has begun: nothing after it is read.
    private var closesNext = false

    private func answer(_ answer: DirectAnswer) {
        requestIsWhole()
        isOver = true
        last = answer
        if open.isEmpty { answerLast() }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        touch()
        if case .end = unwrapInboundIn(data) {
            isReading = false
            if closesNext { isOver = true }
        }
        context.fireChannelRead(data)
    }

    /// NIO found an invalid body, or its end is missing. The reader of the body gets the error, if there is one.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isOver = true
        requestIsWhole()
        guard let waiting = open.indices.last else {
            if last == nil { linger(context) }
            return
        }
        // An answer that has begun is completed, and the connection ends with it.
        open[waiting].closes = true
        // Hummingbird ends a connection cleanly only after an error of its parser.
        context.fireErrorCaught(open[waiting].isAnswered ? HTTPParserError.invalidEOFState : error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed = event as? ChannelEvent {
            isInputClosed = true
            if isLingering { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func isLate() {
        deadline = nil
        guard let context else { return }
        onLate()
        if isReading {
            errorCaught(context: context, error: BodyFault.late)
        } else {
            refuse(Problem(BodyFault.late))
        }
    }

    // MARK: Answers

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        if event is BodyStreams, !open.isEmpty {
            open[0].streams = true
            if isStreaming { requestIsWhole() }
        }
        guard event is BodyWanted || event is BodyStreams else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        if open.count == 1, isReading, open[0].head.expectsContinue, !open[0].isContinued, !open[0].isAnswered {
            open[0].isContinued = true
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        }
        promise?.succeed(())
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let exchange = open.first else {
            // Hummingbird itself answers an invalid body, even if that was already answered.
            promise?.succeed(())
            return
        }
        switch unwrapOutboundIn(data) {
        case .head where exchange.isAnswered:
            // Hummingbird itself answers an invalid body, even during another answer. That answer stays incomplete: its
            // end must not look like the end of a complete answer.
            promise?.succeed(())
            open.removeFirst()
            isOver = true
            context.close(promise: nil)
        case .head(let head):
            open[0].isAnswered = true
            if open.count == 1, isReading, !canFinishReading { open[0].closes = true }
            context.write(wrapOutboundOut(.head(finished(head))), promise: promise)
        case .body where exchange.head.method == "HEAD":
            // The head contains the length. A body would be taken for the next answer (RFC 9110, section 9.3.2).
            promise?.succeed(())
        case .body:
            touch()
            context.write(data, promise: promise)
        case .end:
            open.removeFirst()
            touch()
            guard exchange.closes else {
                context.write(data, promise: promise)
                if open.isEmpty, last != nil { answerLast() }
                return
            }
            isOver = true
            writeLast(data, promise, context)
        }
    }

    /// Whether the rest of an unread body is short and certain to arrive.
    private var canFinishReading: Bool {
        guard case .length(let length) = open[0].head.framing, length <= Limits.requestBodyBytes, !isOver else {
            return false
        }
        return !open[0].head.expectsContinue || open[0].isContinued
    }

    /// Says whether the connection stays open. A client of HTTP/1.0 knows no chunks, and reads until the connection
    /// ends instead.
    private func finished(_ given: HTTPResponseHead) -> HTTPResponseHead {
        var head = given
        let isOld = open[0].head.isOld
        if isOld, !head.headers.contains(name: "content-length") {
            head.version = .http1_0
            open[0].closes = true
        }
        if open[0].closes {
            head.headers.replaceOrAdd(name: "connection", value: "close")
        } else if isOld {
            head.headers.replaceOrAdd(name: "connection", value: "keep-alive")
        }
        return head
    }

    private func answerLast() {
        guard let last, let context else { return }
        self.last = nil
        context.write(wrapOutboundOut(.head(last.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(last.body))), promise: nil)
        writeLast(wrapOutboundOut(.end(nil)), nil, context)
    }

    private func writeLast(_ end: NIOAny, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in
            if let context = self.context { self.linger(context) }
        }
        if let promise { written.futureResult.cascade(to: promise) }
        context.writeAndFlush(end, promise: written)
    }

    /// Says that nothing more follows, and closes when the client has read that. If the connection closed at once, data
    /// that the client still sends would make the system discard the answer.
    private func linger(_ context: ChannelHandlerContext) {
        guard !isLingering else { return }
        isLingering = true
        isOver = true
        requestIsWhole()
        guard !isInputClosed else { return context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(Int64(Limits.httpLingerSeconds))) {
            self.context?.close(promise: nil)
        }
    }
}
