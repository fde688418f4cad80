import Glibc
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
        headers.add(name: "date", value: Self.date)
        headers.add(name: "connection", value: "close")
        head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        self.body = body
    }

    /// RFC 9110, section 5.6.7.
    private static var date: String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        var text = [CChar](repeating: 0, count: 64)
        let length = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
