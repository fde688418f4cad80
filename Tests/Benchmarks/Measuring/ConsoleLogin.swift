import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import NIOHTTP1

/// Somebody who is logged in at central with a browser.
struct ConsoleLogin: Sendable {
    private let exchange: HTTPExchange
    let port: Int
    private let cookie: String
    private let guardText: String

    private static let password = "一个很长很长的好口令"

    /// Makes the account, and logs in.
    init(_ name: String, role: String = "dispatcher", grids: [String]? = nil, at node: NodeProcess) async throws {
        _ = try await node.socket.setAccount(
            name, role: role, group: grids == nil ? nil : "leader", grids: grids, password: Self.password)
        let address = try await node.socket.status().httpAddress ?? ""
        exchange = try HTTPExchange(address: address)
        port = try await Pair.port(of: node)
        let body = #"{"name": "\#(name)", "password": "\#(Self.password)"}"#
        let answer = try await exchange.send(.POST, "/v1/session", body: Array(body.utf8))
        cookie = String(answer.headers.first(name: "set-cookie")?.prefix { $0 != ";" } ?? "")
        guardText = try JSONDecoder().decode(JSONValue.self, from: answer.body)["guard"]?.text ?? ""
    }

    func json(_ path: String) async throws -> JSONValue {
        let answer = try await exchange.send(.GET, path, headers: [("Cookie", cookie)])
        return try JSONDecoder().decode(JSONValue.self, from: answer.body)
    }

    func request(_ path: String) -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: \(cookie)\r\n\r\n".utf8)
    }

    /// The header fields of a request that changes something.
    var fields: String { "Cookie: \(cookie)\r\nFieldpost-Guard: \(guardText)\r\n" }

    /// The paths of the first pages of a list. A page may be short.
    func pages(_ path: String, _ values: [(String, String)], most: Int) async throws -> [String] {
        var paths = [Self.path(path, values)]
        while paths.count < most, let last = paths.last, case .text(let cursor)? = try await json(last)["next"] {
            paths.append(Self.path(path, values + [("cursor", cursor)]))
        }
        return paths
    }

    static func path(_ path: String, _ values: [(String, String)] = []) -> String {
        let given = values.filter { !$0.1.isEmpty }.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        return given.isEmpty ? path : path + "?" + given.joined(separator: "&")
    }
}
