import FieldpostAPI
package import FieldpostClient
import Foundation
package import NIOHTTP1

/// What somebody meets who sends a request, whether it is refused or not.
package struct Visit: Sendable {
    package let status: Int
    /// The body, or what a problem says.
    package let text: String
    /// The last part of a problem's type. Empty for another answer.
    package var problem = ""
    /// Of an answer that is no refusal.
    package var headers = HTTPHeaders()

    package var json: JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }

    package var isAnswered: Bool { (200..<300).contains(status) }

    package init(
        _ exchange: HTTPExchange, _ method: HTTPMethod, _ path: String, headers: [(String, String)] = [],
        body: [UInt8]? = nil, mediaType: String = "application/json"
    ) async throws {
        func send() async throws -> HTTPExchange.Answer {
            try await exchange.send(method, path, headers: headers, body: body, mediaType: mediaType)
        }
        do {
            let answer = try await send()
            (status, text) = (answer.status, String(decoding: answer.body, as: UTF8.self))
            self.headers = answer.headers
        } catch ClientError.refused(let refused, let details) {
            (status, text) = (refused, details.sentence)
            problem = (details.type ?? "").split(separator: ":").last.map(String.init) ?? ""
        }
    }
}

/// Somebody with credentials, at a node.
package struct Visitor: Sendable {
    package let exchange: HTTPExchange
    private let authorization: String

    /// A person with name and password.
    package init(_ exchange: HTTPExchange, name: String, password: String) {
        self.exchange = exchange
        authorization = "Basic " + Data("\(name):\(password)".utf8).base64EncodedString()
    }

    package init(_ exchange: HTTPExchange, token: String) {
        self.exchange = exchange
        authorization = "Bearer " + token
    }

    package func send(_ method: HTTPMethod, _ path: String, _ body: String? = nil) async throws -> Visit {
        try await Visit(
            exchange, method, path, headers: [("Authorization", authorization)], body: body.map { Array($0.utf8) })
    }
}
