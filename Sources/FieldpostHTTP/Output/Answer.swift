import FieldpostCore
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// A complete answer to one request. The library writes it as a `Response`, and the fast path writes the same bytes
/// itself.
struct Answer: Hashable, Sendable {
    struct Field: Hashable, Sendable {
        let name: String
        let value: String
    }

    var status: Int
    /// Nil without a body.
    var contentType: String?
    /// The fields after `Content-Type` and `Content-Length`.
    var fields: [Field]
    var body: [UInt8]

    init(status: Int, contentType: String? = nil, fields: [Field] = [], body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.fields = fields
        self.body = body
    }

    init(json value: some Encodable, status: Int) throws {
        self.init(status: status, contentType: "application/json", body: try JSONWriter.write(value))
    }

    /// A view of a report, with the report's version.
    init(_ view: some Encodable, version: ReportVersion) throws {
        try self.init(json: view, status: 200)
        fields.append(EntityTag(version).field)
    }

    init(_ problem: Problem) throws {
        self.init(
            status: problem.kind.status, contentType: "application/problem+json",
            fields: problem.headers.map { Field(name: $0.name.rawName, value: $0.value) },
            body: try JSONWriter.write(problem))
    }

    /// As HTTP/1.1, on a connection that stays open.
    func write(to buffer: inout ByteBuffer, date: String) {
        buffer.writeString("HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n")
        if let contentType { Self.write("Content-Type", contentType, to: &buffer) }
        Self.write("Content-Length", "\(body.count)", to: &buffer)
        for field in fields { Self.write(field.name, field.value, to: &buffer) }
        Self.write("Date", date, to: &buffer)
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(body)
    }

    private static func write(_ name: String, _ value: String, to buffer: inout ByteBuffer) {
        buffer.writeString(name)
        buffer.writeStaticString(": ")
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }
}

extension Response {
    init(_ answer: Answer) {
        var headers = HTTPFields()
        if let type = answer.contentType { headers[.contentType] = type }
        self.init(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: answer.body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        for field in answer.fields {
            guard let name = HTTPField.Name(field.name) else { preconditionFailure("\(field.name) is not a name") }
            self.headers.append(HTTPField(name: name, value: field.value))
        }
    }
}
