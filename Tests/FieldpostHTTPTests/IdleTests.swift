import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import FieldpostHTTP

/// A connection without a request is closed after a while.
struct IdleTests {
    private let channel = EmbeddedChannel()
    private let exchanges = ExchangeHandler(requestSeconds: 300, idleSeconds: 10)

    init() throws {
        try channel.pipeline.syncOperations.addHandler(exchanges)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/test")).wait()
    }

    private func advance(seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }

    private func read(_ part: HTTPServerRequestPart) throws { try channel.writeInbound(part) }

    private func begin() throws {
        exchanges.begin(try RequestHead(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9".utf8)))
        try read(.head(HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")))
    }

    @Test func `a connection that does nothing is closed`() {
        advance(seconds: 9)
        #expect(channel.isActive)
        advance(seconds: 1)
        #expect(!channel.isActive)
    }

    @Test func `a request that is being answered is not idle, and a body that stops is`() throws {
        try begin()
        try read(.end(nil))
        advance(seconds: 60)
        #expect(channel.isActive)
        channel.write(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
        advance(seconds: 9)
        #expect(channel.isActive)
        try begin()
        advance(seconds: 9)
        try read(.body(ByteBuffer(string: "a")))
        advance(seconds: 9)
        #expect(channel.isActive)
        advance(seconds: 1)
        #expect(!channel.isActive)
    }

    @Test(arguments: [true, false]) func `a stream may take longer than another request, as long as it goes on`(
        isStream: Bool
    ) throws {
        try begin()
        exchanges.requestBegins()
        if isStream { channel.pipeline.triggerUserOutboundEvent(ExchangeHandler.BodyStreams(), promise: nil) }
        var isLate = false
        for _ in 0..<40 {
            advance(seconds: 9)
            do { try read(.body(ByteBuffer(string: "a"))) } catch BodyFault.late { isLate = true }
            exchanges.requestBegins()
        }
        #expect(isLate != isStream)
        guard isStream else { return }
        advance(seconds: 10)
        #expect(!channel.isActive)
    }

    @Test func `a request on the fast path counts too`() {
        exchanges.isBusy = true
        advance(seconds: 60)
        #expect(channel.isActive)
        exchanges.isBusy = false
        exchanges.touch()
        advance(seconds: 9)
        #expect(channel.isActive)
        advance(seconds: 1)
        #expect(!channel.isActive)
    }
}
