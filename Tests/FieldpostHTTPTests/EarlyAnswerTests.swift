import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import FieldpostHTTP

/// An answer that begins before the request has ended, and a request that then fails.
struct EarlyAnswerTests {
    private let channel = EmbeddedChannel()
    private let exchanges = ExchangeHandler(requestSeconds: 300)

    init() throws {
        try channel.pipeline.syncOperations.addHandler(exchanges)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/test")).wait()
    }

    /// A request whose body has not completely arrived.
    private func begin(_ framing: String) throws {
        exchanges.begin(try RequestHead(Array("POST / HTTP/1.1\r\nHost: a\r\n\(framing)".utf8)))
        try channel.writeInbound(
            HTTPServerRequestPart.head(HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")))
    }

    private func write(_ part: HTTPServerResponsePart) { channel.writeAndFlush(part, promise: nil) }

    private func sent() throws -> [HTTPServerResponsePart] {
        var parts: [HTTPServerResponsePart] = []
        while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) { parts.append(part) }
        return parts
    }

    private let head = HTTPServerResponsePart.head(
        HTTPResponseHead(version: .http1_1, status: .unsupportedMediaType, headers: ["content-length": "2"]))
    private let body = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: "no")))

    @Test(arguments: [BodyFault.late, .cut])
    func `the answer is completed, and the connection ends with it`(fault: BodyFault) throws {
        try begin("Content-Length: 10")
        write(head)
        channel.pipeline.fireErrorCaught(fault)
        write(body)
        #expect(channel.isActive)
        write(.end(nil))
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive, "nobody would end it")
        #expect(try sent() == [head, body, .end(nil)])
        // The reader of the body gets the error.
        #expect(throws: HTTPParserError.self) { try channel.throwIfErrorCaught() }
    }

    @Test func `an answer by Hummingbird itself does not appear inside another answer`() throws {
        try begin("Transfer-Encoding: chunked")
        channel.pipeline.fireErrorCaught(HTTPParserError.invalidChunkSize)
        write(head)
        write(.head(HTTPResponseHead(version: .http1_1, status: .badRequest)))
        write(.end(nil))
        channel.embeddedEventLoop.run()
        let parts = try sent()
        guard case .head(let given) = parts.first else { throw BodyFault.cut }
        #expect(parts.count == 1 && given.status == .unsupportedMediaType, "\(parts)")
        #expect(!channel.isActive, "what was cut off must look so")
    }
}
