import FieldpostCore
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's HTTP/1.1, with strict checks before (`RequestHandler`) and after (`ExchangeHandler`) its parser.
struct StrictHTTPChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let base: HTTP1Channel
    /// The time in which a complete request must arrive.
    let requestSeconds: Int
    let fast: FastPath?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            // The library holds a number of parts of a body before it stops reading, however large they are.
            try channel.syncOptions?.setOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 1024, initial: 4096, maximum: Limits.httpReadBytes))
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let exchanges = ExchangeHandler(requestSeconds: requestSeconds)
            try pipeline.addHandler(exchanges, position: .after(parser))
            // Before the writer of answers too, because the fast path writes its answers itself.
            let writer = try pipeline.handler(type: HTTPResponseEncoder.self)
            try pipeline.addHandler(RequestHandler(exchanges, fast: fast), position: .before(writer))
            return value
        }
    }

    func handle(value: Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

extension HTTPServerBuilder {
    /// Used at every place where this node serves HTTP.
    static func strict(requestSeconds: Int = Limits.httpRequestSeconds, fast: FastPath?) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            // Idle connections are closed by `ExchangeHandler`: the library does not know of the fast path.
            var configuration = HTTP1Channel.Configuration()
            configuration.httpDecoder = .init(
                maxHeaderFieldSize: Limits.httpHeadBytes, maxHeaderListSize: 2 * Limits.httpHeadBytes,
                maxHeaderFieldCount: 2 * Limits.httpFields)
            return StrictHTTPChannel(
                base: HTTP1Channel(responder: responder, configuration: configuration), requestSeconds: requestSeconds,
                fast: fast)
        }
    }
}
