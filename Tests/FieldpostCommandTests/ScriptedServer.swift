import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server whose answers the test provides.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        let method: HTTPMethod
        let path: String
        let headers: HTTPHeaders
        let body: String
    }

    struct Answer: Sendable {
        var status = HTTPResponseStatus.ok
        var headers: [(String, String)] = []
        var body = "{}"
        /// Close the connection instead of answering.
        var hangsUp = false
    }

    /// The received requests, in order.
    var requests: [Request] { recorded.withLock { $0 } }
    let port: Int

    private let channel: any Channel
    private let recorded: Recorder

    /// `socket`: a path to listen at, instead of a free port. `answer`: receives the request and the number of requests
    /// before it.
    init(socket: String? = nil, answer: @escaping @Sendable (Request, Int) -> Answer) async throws {
        let recorder = Recorder()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(recorder: recorder, answer: answer))
                }
            }
        recorded = recorder
        if let socket {
            channel = try await bootstrap.bind(unixDomainSocketPath: socket).get()
        } else {
            channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        }
        port = channel.localAddress?.port ?? 0
    }

    deinit { channel.close(promise: nil) }

    private final class Recorder: Sendable {
        private let requests = Mutex<[Request]>([])

        func withLock<Result>(_ body: (inout [Request]) -> Result) -> Result where Result: Sendable {
            requests.withLock { list in body(&list) }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let recorder: Recorder
        private let answer: @Sendable (Request, Int) -> Answer
        private var head: HTTPRequestHead?
        private var body = ""

        init(recorder: Recorder, answer: @escaping @Sendable (Request, Int) -> Answer) {
            self.recorder = recorder
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ""
            case .body(let buffer): body += String(buffer: buffer)
            case .end:
                guard let head else { return }
                let request = Request(method: head.method, path: head.uri, headers: head.headers, body: body)
                let earlier = recorder.withLock { list in
                    list.append(request)
                    return list.count - 1
                }
                write(answer(request, earlier), context)
            }
        }

        private func write(_ answer: Answer, _ context: ChannelHandlerContext) {
            guard !answer.hangsUp else { return context.close(promise: nil) }
            var headers = HTTPHeaders(answer.headers)
            headers.add(name: "Content-Length", value: String(answer.body.utf8.count))
            context.write(
                wrapOutboundOut(.head(.init(version: .http1_1, status: answer.status, headers: headers))), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
