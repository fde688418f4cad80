import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import NIOHTTP1
import TestKit
import Testing

/// Logins of browsers, at a real central node: what a cookie opens, and what it cannot be made to do.
@Suite(.timeLimit(.minutes(5))) struct SessionTests {
    private static let password = "一个很长很长的好口令"

    private struct Browser {
        let exchange: HTTPExchange
        var cookie = ""
        var guardText = ""

        func send(
            _ method: HTTPMethod, _ path: String, _ body: String? = nil, guarded: Bool = true,
            _ more: [(String, String)] = []
        ) async throws -> Visit {
            var headers = more
            if !cookie.isEmpty { headers.append(("Cookie", "theme=dark; \(cookie)")) }
            if guarded, !guardText.isEmpty { headers.append(("Fieldpost-Guard", guardText)) }
            return try await Visit(
                exchange, method, path, headers: headers, body: body.map { Array($0.utf8) },
                mediaType: "application/json")
        }

        /// Nil if the login was refused.
        static func login(_ name: String, _ password: String, at exchange: HTTPExchange) async throws -> Browser? {
            var browser = Browser(exchange: exchange)
            let answer = try await browser.send(
                .POST, "/v1/session", #"{"name": "\#(name)", "password": "\#(password)"}"#)
            guard answer.status == 201 else { return nil }
            let set = try #require(answer.headers.first(name: "set-cookie"))
            #expect(set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("Path=/"))
            browser.cookie = String(set.prefix { $0 != ";" })
            browser.guardText = try #require(answer.json?["guard"]?.text)
            return browser
        }
    }

    @Test func `where the API is open to all, administration still needs a login`() async throws {
        try await Program.withFleet(grids: [["10014"]]) { fleet in
            _ = try await fleet.central.socket.setAccount("站长", role: "admin", password: Self.password)
            let exchange = try HTTPExchange(
                address: try #require(try await fleet.central.socket.status().httpAddress))
            let nobody = Browser(exchange: exchange)
            #expect(try await nobody.send(.GET, "/v1/reports").status == 200)
            for path in ["/v1/gateways", "/v1/access", "/v1/settings", "/v1/audit"] {
                #expect(try await nobody.send(.GET, path).status == 401, "\(path)")
            }
            let account = #"{"name": "贼", "role": "admin", "password": "\#(Self.password)"}"#
            #expect(try await nobody.send(.POST, "/v1/access", account).status == 401)
            #expect(try await nobody.send(.POST, "/v1/access/revoke?name=%E7%AB%99%E9%95%BF").status == 401)
            let admin = try #require(try await Browser.login("站长", Self.password, at: exchange))
            #expect(try await admin.send(.GET, "/v1/gateways").status == 200)
            #expect(try await admin.send(.POST, "/v1/access", account, guarded: false).status == 403)
        }
    }

    @Test func `a browser's login opens the API and the console, until it ends`() async throws {
        let closed = Launch(environment: ["FIELDPOST_HTTP_OPEN": "false"])
        try await Program.withFleet(grids: [["10014"]], launch: closed) { fleet in
            let central = fleet.central
            for (name, role) in [("站长", "admin"), ("李强", "dispatcher")] {
                _ = try await central.socket.setAccount(name, role: role, password: Self.password)
            }
            let exchange = try HTTPExchange(address: try #require(try await central.socket.status().httpAddress))
            #expect(try await Browser.login("站长", "wrong password", at: exchange) == nil)
            let admin = try #require(try await Browser.login("站长", Self.password, at: exchange))
            let other = try #require(try await Browser.login("站长", Self.password, at: exchange))
            let dispatcher = try #require(try await Browser.login("李强", Self.password, at: exchange))
            #expect(admin.cookie != other.cookie && admin.guardText != other.guardText)
            #expect(admin.cookie.hasPrefix("fieldpost="))

            // Who it is.
            #expect(try await admin.send(.GET, "/v1/me").json?["name"]?.text == "站长")
            #expect(try await Browser(exchange: exchange).send(.GET, "/v1/me").status == 401)
            #expect(try await admin.send(.GET, "/v1/session").json?["guard"]?.text == admin.guardText)
            let list = try await admin.send(.GET, "/v1/sessions").json?["sessions"]?.list
            #expect(list?.count == 2)

            // A change needs the guard of that login; a page of another site knows none.
            let report = #"{"channel": "app", "text": "三单元楼道充电", "grid": "10014"}"#
            #expect(try await dispatcher.send(.POST, "/v1/reports", report).status == 201)
            #expect(try await dispatcher.send(.POST, "/v1/reports", report, guarded: false).status == 403)
            var wrong = dispatcher
            wrong.guardText = admin.guardText
            #expect(try await wrong.send(.POST, "/v1/reports", report).status == 403)

            // What only administrators do, and only with such a login.
            for path in ["/v1/gateways", "/v1/access", "/v1/settings", "/v1/audit", "/v1/tokens", "/v1/incidents"] {
                #expect(try await admin.send(.GET, path).status == 200, "\(path)")
                #expect(try await dispatcher.send(.GET, path).status == 403, "\(path)")
                #expect(try await Browser(exchange: exchange).send(.GET, path).status == 401, "\(path)")
                let basic = "Basic " + Data("站长:\(Self.password)".utf8).base64EncodedString()
                let shown = try await Browser(exchange: exchange).send(.GET, path, nil, [("Authorization", basic)])
                #expect(shown.status == 403, "\(path)")
            }
            let account = #"{"name": "赵敏", "role": "viewer", "password": "\#(Self.password)"}"#
            #expect(try await admin.send(.POST, "/v1/access", account, guarded: false).status == 403)
            #expect(try await admin.send(.POST, "/v1/access", account).status == 200)
            let audit = try await admin.send(.GET, "/v1/audit")
            #expect(audit.text.contains("站长"), "the administrator is the author")
            let map = #"{"type": "FeatureCollection", "features": []}"#
            let none = [("If-None-Match", "*")]
            #expect(try await admin.send(.PUT, "/v1/settings/map", "{}", none).status == 422)
            #expect(try await admin.send(.PUT, "/v1/settings/map", map, none).status == 200)
            #expect(try await dispatcher.send(.GET, "/v1/map").text == map)

            // One login ends another, then itself.
            let otherID = try #require(list?.first { $0["current"] == .boolean(false) }?["id"]?.text)
            #expect(try await admin.send(.DELETE, "/v1/sessions?id=\(otherID)").status == 204)
            #expect(try await other.send(.GET, "/v1/me").status == 401)
            #expect(try await dispatcher.send(.DELETE, "/v1/sessions?id=\(otherID)").status == 404)
            #expect(try await dispatcher.send(.DELETE, "/v1/session").status == 204)
            #expect(try await dispatcher.send(.GET, "/v1/me").status == 401)

            // It lasts over a restart, and ends with the password.
            _ = await central.stop()
            _ = try await central.start(closed)
            let again = try HTTPExchange(address: try #require(try await central.socket.status().httpAddress))
            var kept = Browser(exchange: again)
            (kept.cookie, kept.guardText) = (admin.cookie, admin.guardText)
            #expect(try await kept.send(.GET, "/v1/me").status == 200)
            let passwords = #"{"old": "\#(Self.password)", "new": "另一个很长很长的口令啊"}"#
            #expect(
                try await kept.send(.PUT, "/v1/session/password", #"{"old": "x", "new": "1234567890"}"#).status == 401)
            #expect(try await kept.send(.PUT, "/v1/session/password", passwords).status == 204)
            #expect(try await kept.send(.GET, "/v1/me").status == 401)
            #expect(try await Browser.login("站长", "另一个很长很长的口令啊", at: again) != nil)
            try await central.socket.revokeAccess("赵敏")
        }
    }
}
