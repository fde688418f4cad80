import FieldpostCore
import NIOCore

/// Splits the bytes from a client into requests. It passes a request on only if its head is complete and valid. It is
/// placed before NIO's parser, which reports through `ExchangeHandler` when a request has ended. Plain requests of a
/// fast route it answers itself (`RequestHandler+FastPath.swift`).
///
/// Memory: a head of at most `Limits.httpHeadBytes`, and the bytes of one read. On the fast path also a body, which
/// counts against `Limits.heldBodyBytes`.
final class RequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State {
        /// `scanned`: the bytes of the head that were searched for its end.
        case head(scanned: Int)
        case body(left: Int)
        case chunks
        /// The body of a request on the fast path arrives.
        case fastBody(FastExchange)
        /// A request on the fast path waits for its commit. Its body is still in `pending`.
        case fastCommit(FastExchange)
    }

    let exchanges: ExchangeHandler
    let fast: FastPath?
    var state = State.head(scanned: 0)
    var pending = ByteBuffer()
    /// Events that wait for the end of a request on the fast path, which only this handler knows of.
    var events: [Any] = []
    var isReadHeld = false
    /// Nil unless the handler is in a pipeline with a fast path.
    var link: FastLink?

    init(_ exchanges: ExchangeHandler, fast: FastPath? = nil) {
        self.exchanges = exchanges
        self.fast = fast
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !exchanges.isOver else { return }
        var bytes = unwrapInboundIn(data)
        if pending.readableBytes == 0 { pending = bytes } else { pending.writeBuffer(&bytes) }
        advance(context)
    }

    /// Reads as many requests as possible from what has arrived.
    func advance(_ context: ChannelHandlerContext) {
        while pending.readableBytes > 0, !exchanges.isOver, step(context) {}
        if exchanges.isOver { pending = ByteBuffer() }
        pending.discardReadBytes()
        // The rest of the request must arrive in time. Most requests arrive in one piece, and need no timer.
        switch state {
        case .head where pending.readableBytes == 0: break
        case .fastCommit: break
        default: exchanges.requestBegins()
        }
        goOn(context)
    }

    /// Returns whether it made progress.
    private func step(_ context: ChannelHandlerContext) -> Bool {
        switch state {
        case .head(let scanned): return readHead(scanned, context)
        case .body(let left):
            guard let part = pending.readSlice(length: min(left, pending.readableBytes)) else { return false }
            hand(part, .body(left: left - part.readableBytes), context)
        case .chunks:
            // The last chunk ends with a line, and the next request can begin only there.
            let view = pending.readableBytesView
            let length = view.firstIndex(of: UInt8(ascii: "\n")).map { $0 - view.startIndex + 1 } ?? view.count
            guard let part = pending.readSlice(length: length) else { return false }
            hand(part, .chunks, context)
        case .fastBody(let exchange): return readBody(of: exchange, context)
        case .fastCommit: return false
        }
        return true
    }

    private func hand(_ part: ByteBuffer, _ next: State, _ context: ChannelHandlerContext) {
        state = next
        context.fireChannelRead(wrapInboundOut(part))
        guard !exchanges.isReading else { return }
        state = .head(scanned: 0)
        exchanges.requestIsWhole()
    }

    private func readHead(_ scanned: Int, _ context: ChannelHandlerContext) -> Bool {
        if scanned == 0 { dropEmptyLines() }
        guard let first = pending.readableBytesView.first else { return false }
        // Another protocol than HTTP, such as TLS, would wait for an answer.
        guard RequestLine.isToken(first) else {
            exchanges.refuse(.unreadable("it does not begin like an HTTP request"))
            return false
        }
        let found = Self.end(pending.readableBytesView, from: scanned)
        guard let found, found.end <= Limits.httpHeadBytes else {
            state = .head(scanned: max(pending.readableBytes - 3, 0))
            if let problem = Self.excess(pending.readableBytesView, isWhole: found != nil) { exchanges.refuse(problem) }
            return false
        }
        do throws(Problem) {
            let bytes = pending.readableBytesView.prefix(found.length)
            if bytes.firstIndex(of: UInt8(ascii: "\n")).map({ $0 - bytes.startIndex }) ?? found.length
                > Limits.httpLineBytes
            {
                throw .targetTooLong
            }
            let head = try RequestHead(bytes)
            pending.moveReaderIndex(forwardBy: found.end)
            begin(head, context)
        } catch {
            exchanges.refuse(error)
        }
        return true
    }

    private func begin(_ head: RequestHead, _ context: ChannelHandlerContext) {
        guard head.target != "*" else { return exchanges.answerForServer() }
        if let fast, exchanges.isClear, let exchange = fast.begin(head, from: context.remoteAddress) {
            state = .fastBody(exchange)
        } else {
            pass(head, context)
        }
    }

    /// Passes a request on, the ordinary way.
    func pass(_ head: RequestHead, _ context: ChannelHandlerContext) {
        exchanges.begin(head)
        let next: State =
            switch head.framing {
            case .none: .head(scanned: 0)
            case .length(let length): .body(left: length)
            case .chunked: .chunks
            }
        hand(ByteBuffer(bytes: head.bytes), next, context)
    }

    /// RFC 9112, section 2.2.
    private func dropEmptyLines() {
        let blank = pending.readableBytesView.prefix { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        pending.moveReaderIndex(forwardBy: blank.count)
    }

    /// Finds the end of the head, without and with its empty line. Returns nil if it has not arrived yet.
    private static func end(_ bytes: ByteBufferView, from scanned: Int) -> (length: Int, end: Int)? {
        let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        var position = bytes.startIndex + scanned
        while let found = bytes[position...].firstIndex(of: lineFeed) {
            var next = found + 1
            if next < bytes.endIndex, bytes[next] == carriageReturn { next += 1 }
            guard next < bytes.endIndex else { return nil }
            if bytes[next] == lineFeed { return (found - bytes.startIndex, next + 1 - bytes.startIndex) }
            position = found + 1
        }
        return nil
    }

    /// The problem if a head is too long. Nil if it is not.
    private static func excess(_ bytes: ByteBufferView, isWhole: Bool) -> Problem? {
        let line = bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 - bytes.startIndex } ?? bytes.count
        if line > Limits.httpLineBytes { return .targetTooLong }
        guard isWhole || bytes.count > Limits.httpHeadBytes else { return nil }
        return .headTooLarge("The header of the request is larger than \(Limits.httpHeadBytes) bytes.")
    }
}
