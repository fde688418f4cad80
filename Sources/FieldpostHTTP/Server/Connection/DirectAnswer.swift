import HTTPTypes
import NIOCore
import NIOHTTP1

/// An answer that comes from no route. The connection ends with it.
struct DirectAnswer {
    let head: HTTPResponseHead
    let body: ByteBuffer

    init(_ problem: Problem) {
        let body = (try? JSON.encode(problem)) ?? ByteBuffer()
        var fields: [(String, String)] = [("content-type", "application/problem+json")]
        fields += problem.headers.map { ($0.name.rawName, $0.value) }
        self.init(HTTPResponseStatus(statusCode: problem.kind.status), fields, body)
    }

    /// The answer to `OPTIONS *`.
    static var ofServer: DirectAnswer {
        DirectAnswer(.noContent, [("allow", "GET, HEAD, OPTIONS, PATCH, POST")], ByteBuffer())
    }

    private init(_ status: HTTPResponseStatus, _ fields: [(String, String)], _ body: ByteBuffer) {
        var headers = HTTPHeaders(fields)
        if status != .noContent { headers.add(name: "content-length", value: "\(body.readableBytes)") }
        headers.add(name: "date", value: HTTPDate.now)
        headers.add(name: "connection", value: "close")
        head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        self.body = body
    }
}
