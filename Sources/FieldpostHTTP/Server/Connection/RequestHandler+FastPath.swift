import FieldpostCore
import FieldpostNode
import NIOCore

/// Requests on the fast path. A connection has one at a time. What follows it waits, so answers stay in order.
extension RequestHandler {
    /// What brings the outcome of a commit back to the handler.
    struct FastLink {
        let queue: LoopQueue
        let handler: NIOLoopBound<RequestHandler>
        let context: ChannelHandlerContext
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard let fast else { return }
        link = FastLink(
            queue: fast.queue(of: context.eventLoop),
            handler: NIOLoopBound(self, eventLoop: context.eventLoop), context: context)
        exchanges.onLate = { [unowned self] in handOver() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if case .fastBody(let exchange) = state { fast?.forget(exchange) }
        exchanges.onLate = {}
        link = nil
    }

    /// Returns whether it made progress.
    func readBody(of exchange: FastExchange, _ context: ChannelHandlerContext) -> Bool {
        guard let fast, let link else { preconditionFailure("there is no fast path here") }
        exchanges.touch()
        guard fast.hold(exchange, bytes: pending.readableBytes) else {
            handOver()
            return false
        }
        let start = pending.readerIndex
        guard let body = pending.getBytes(at: start, length: exchange.length) else { return false }
        exchanges.requestIsWhole()
        let refusal = fast.take(exchange, body) { [link = (link.queue, link.handler)] outcome in
            link.0.add { link.1.value.isCommitted(outcome) }
        }
        if let refusal {
            finish(exchange, with: refusal, context)
            return true
        }
        state = .fastCommit(exchange)
        exchanges.isBusy = true
        return false
    }

    private func isCommitted(_ outcome: Result<Intake.Accepted, IntakeRefusal>) {
        guard let fast, case .fastCommit(let exchange) = state else { return }
        let answer = fast.answer(outcome, exchange)
        // The client may be gone.
        guard let context = link?.context, !exchanges.isOver else { return fast.release(exchange) }
        guard let answer else { return handOver() }
        finish(exchange, with: answer, context)
        passOn(context)
    }

    /// Reads what has waited. The library takes what it gets only at the end of a read.
    private func passOn(_ context: ChannelHandlerContext) {
        advance(context)
        context.fireChannelReadComplete()
    }

    private func finish(_ exchange: FastExchange, with answer: Answer, _ context: ChannelHandlerContext) {
        pending.moveReaderIndex(forwardBy: min(exchange.length, pending.readableBytes))
        state = .head(scanned: 0)
        exchanges.isBusy = false
        exchanges.touch()
        var bytes = context.channel.allocator.buffer(capacity: answer.body.count + 512)
        answer.write(to: &bytes, date: HTTPDate.now)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    /// Lets a request take the ordinary way after all, with what has arrived of its body.
    private func handOver() {
        let exchange: FastExchange
        switch state {
        case .fastBody(let found), .fastCommit(let found): exchange = found
        default: return
        }
        guard let context = link?.context else { return }
        fast?.forget(exchange)
        exchanges.isBusy = false
        pass(exchange.request, context)
        passOn(context)
    }

    private var isCommitting: Bool { if case .fastCommit = state { true } else { false } }

    private var isOnFastPath: Bool { if case .fastBody = state { true } else { isCommitting } }

    // MARK: Events

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (state, event) {
        case (.fastCommit, is ChannelEvent), (.fastCommit, is ChannelShouldQuiesceEvent),
            (.fastBody, is ChannelShouldQuiesceEvent):
            // The library would close the connection: it does not know that an answer is still to come.
            events.append(event)
        default:
            handOverIfIncomplete()
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        handOverIfIncomplete()
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        handOverIfIncomplete()
        context.fireChannelInactive()
    }

    /// The rest of a body will not come. The ordinary way says so.
    private func handOverIfIncomplete() {
        if case .fastBody = state { handOver() }
    }

    func read(context: ChannelHandlerContext) {
        if case .fastCommit(let exchange) = state,
            pending.readableBytes - exchange.length > Limits.httpHeadBytes
        {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    /// After a request on the fast path: reads on, and passes on the events that waited for it, when its answer has
    /// been written.
    func goOn(_ context: ChannelHandlerContext) {
        if isReadHeld, !isCommitting {
            isReadHeld = false
            context.read()
        }
        guard !events.isEmpty, !isOnFastPath else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { [self] _ in
            guard !isOnFastPath else { return }
            let passed = events
            events = []
            for event in passed { context.fireUserInboundEventTriggered(event) }
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }
}
