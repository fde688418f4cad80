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

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let exchanges = ExchangeHandler(requestSeconds: requestSeconds)
            try pipeline.addHandler(exchanges, position: .after(parser))
            try pipeline.addHandler(RequestHandler(exchanges), position: .before(parser))
            return value
        }
    }

    func handle(value: Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

extension HTTPServerBuilder {
    /// Used at every place where this node serves HTTP.
    static func strict(requestSeconds: Int = Limits.httpRequestSeconds) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            var configuration = HTTP1Channel.Configuration(idleTimeout: .seconds(Int64(Limits.httpIdleSeconds)))
            configuration.httpDecoder = .init(
                maxHeaderFieldSize: Limits.httpHeadBytes, maxHeaderListSize: 2 * Limits.httpHeadBytes,
                maxHeaderFieldCount: 2 * Limits.httpFields)
            return StrictHTTPChannel(
                base: HTTP1Channel(responder: responder, configuration: configuration), requestSeconds: requestSeconds)
        }
    }
}
