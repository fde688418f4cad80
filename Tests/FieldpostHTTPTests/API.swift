import FieldpostCore
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// The API as a client sees it.
struct API {
    let client: any TestClientProtocol
    let node: TestNode

    struct Answer {
        let status: Int
        let headers: HTTPFields
        let body: [String: Any]

        var isReplay: Bool { HTTPField.Name("Idempotency-Replayed").flatMap { headers[$0] } == "true" }
        var tag: String { headers[.eTag] ?? "" }
        var problem: String? { (body["type"] as? String)?.replacing("urn:fieldpost:problem:", with: "") }

        /// The value at a path of keys, such as "fields.location.lat". Numbers are indices.
        subscript(path: String) -> Any? {
            path.split(separator: ".").reduce(body as Any?) { value, key in
                if let index = Int(key) {
                    guard let list = value as? [Any], list.indices.contains(index) else { return nil }
                    return list[index]
                }
                return (value as? [String: Any])?[String(key)]
            }
        }

        func text(_ path: String) -> String? { self[path] as? String }
        func count(_ path: String) -> Int? { (self[path] as? [Any])?.count ?? (self[path] as? [String: Any])?.count }
    }

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send(.get, path, nil, headers)
    }

    func post(_ path: String, _ body: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send(.post, path, body, headers)
    }

    func patch(_ path: String, _ body: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send(.patch, path, body, headers)
    }

    /// Creates a report and returns its path.
    func report(_ fields: String = #""category": "AQ03", "text": "消防通道被占用""#) async throws -> String {
        let answer = try await post("/v1/reports", #"{"channel": "terminal", \#(fields)}"#)
        try #require(answer.status == 201)
        return try #require(answer.headers[.location])
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String?, _ headers: [String: String] = [:]
    ) async throws -> Answer {
        var fields = HTTPFields()
        if body != nil { fields[.contentType] = "application/json" }
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let response = try await client.executeRequest(
            uri: path, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
        return Answer(response)
    }
}

extension API.Answer {
    init(_ response: TestResponse) {
        let json = try? JSONSerialization.jsonObject(with: Data(response.body.readableBytesView))
        self.init(status: response.status.code, headers: response.headers, body: json as? [String: Any] ?? [:])
    }
}
