package import HTTPTypes
package import Hummingbird

extension Response {
    /// An answer with a body of JSON.
    package init(json value: some Encodable, status: HTTPResponse.Status = .ok) throws {
        self.init(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: try JSON.encode(value)))
    }
}
