import CZlib
import FieldpostCore
package import HTTPTypes
package import Hummingbird
import NIOCore

extension Response {
    /// An answer with a body of JSON.
    package init(json value: some Encodable, status: HTTPResponse.Status = .ok) throws {
        self.init(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: try JSON.encode(value)))
    }

    /// The same for a list, which is compressed if it is long and the client takes that.
    init(list value: some Encodable, to request: Request) throws {
        var json = try JSON.encode(value)
        var headers: HTTPFields = [.contentType: "application/json", .vary: "Accept-Encoding"]
        if json.readableBytes > Limits.plainListBytes, Gzip.isTaken(by: request.headers) {
            headers[.contentEncoding] = "gzip"
            json = ByteBuffer(bytes: Gzip.zip(Array(json.readableBytesView), level: Z_BEST_SPEED))
        }
        self.init(status: .ok, headers: headers, body: ResponseBody(byteBuffer: json))
    }
}
