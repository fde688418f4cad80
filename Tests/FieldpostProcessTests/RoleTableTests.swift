import FieldpostAPI
import FieldpostCentral
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostGateway
import FieldpostHTTP
import FieldpostNode
import Foundation
import Logging
import NIOHTTP1
import TestKit
import Testing

/// Each role on each route, by real requests to real nodes, against the table in `roles.tsv`. A route without a row
/// fails, so no route is without a rule.
///
/// In the table, `ok` means that the role is no reason to refuse, `401` and `403` that the node refuses, and `404` that
/// the caller learns of no such report. Before a slash stands what holds in the caller's own grid, after it what holds
/// in another one. Terminals and accounts without grids have no grid of their own. `-` is not tried: at a gateway,
/// accounts without grids are all alike, and each wrong password costs some tenths of a second.
@Suite(.serialized, .timeLimit(.minutes(20))) struct RoleTableTests {
    private static let password = "坂田 2026 correct horse"
    private static let (own, other) = ("南坑一", "雪象")

    // MARK: The table

    private struct Row {
        let node: String
        let route: String
        let variant: String
        let cells: [(caller: String, own: String, other: String)]
    }

    private static func table() throws -> [Row] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("roles.tsv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        let callers = try #require(lines.first).dropFirst(3)
        return lines.dropFirst().map { cells in
            Row(
                node: cells[0], route: cells[1], variant: cells[2],
                cells: zip(callers, cells.dropFirst(3)).map { caller, cell in
                    let sides = cell.split(separator: "/").map(String.init)
                    return (caller, sides.first ?? "", sides.last ?? "")
                })
        }
    }

    /// The routes that a node serves, from its own lists.
    private func routes(_ role: Role) async throws -> (api: [Route], residents: [Route], admin: [Route]) {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let state = place.path + "/state"
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let settings = NodeSettings(role: role, name: "table", stateDirectory: state, http: "127.0.0.1:0")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let host =
            role == .gateway
            ? try await GatewayService(settings: settings, logger: logger).host
            : try await CentralService(settings: settings, logger: logger).host
        let lists = (host.apiRoutes, host.residentRoutes, host.adminRoutes)
        try await host.node.close()
        return lists
    }

    @Test(arguments: [Role.gateway, .central])
    func `each route has a row, and each row a route`(role: Role) async throws {
        let lists = try await routes(role)
        let rows = try Self.table().filter { $0.node == (role == .gateway ? "gateway" : "central") }
        #expect(Set(rows.map(\.route)) == Set(lists.api.map(\.name)))
        // Residents get nothing else, whatever comes to the API.
        let ofResidents = Set(lists.residents.map(\.name)).filter { !$0.contains("/v1/receipt") }
        let uploads = lists.api.map(\.name).filter { $0.contains("/v1/uploads") }
        #expect(
            ofResidents
                == Set(
                    [
                        "GET /healthz", "POST /v1/reports", "PUT /v1/blobs/{sha256}", "GET /v1/form", "GET /v1/nearby",
                        "POST /v1/follows",
                    ] + uploads))
        // What only administrators may do is not on the API at all
        // (but for the status of the node, which both have).
        let reserved = lists.admin.filter { $0.permission == .administer && $0.name != "GET /v1/status" }
        #expect(Set(reserved.map(\.name)).isDisjoint(with: lists.api.map(\.name)) && reserved.count > 20)
        #expect(!lists.api.contains { $0.permission == .administer })
    }

    // MARK: The town

    /// A report in each grid, with a photo.
    private struct Cases {
        let grid: String
        let report: String
        let photo: String
    }

    private func cases(_ grid: String, seed: UInt64, at node: NodeProcess) async throws -> Cases {
        var report = ReportSource.generated(count: 1, seed: seed).reports[0]
        report.fields["grid"] = .text(grid)
        _ = try await node.socket.create(report)
        let bytes = NoisePhoto.jpeg(width: 64, height: 64, seed: seed)
        let photo = Hash256(hashing: bytes)
        _ = try await node.socket.exchange.send(.PUT, "/v1/blobs/\(photo.hex)", body: bytes, mediaType: "image/jpeg")
        _ = try await node.socket.attach(photo, to: report.id, role: nil)
        return Cases(grid: grid, report: "\(report.id)", photo: photo.hex)
    }

    private static let accounts: [(name: String, role: String, group: String?, grids: [String])] = [
        ("viewer", "viewer", nil, [own]), ("collector", "staff", "collector", [own]),
        ("handler", "staff", "handler", [own]), ("leader", "staff", "leader", [own]),
        ("desk", "staff", "dispatcher", [own]), ("dispatcher", "dispatcher", nil, [own]),
        ("admin", "admin", nil, [own]),
        ("viewer-all", "viewer", nil, []), ("dispatcher-all", "dispatcher", nil, []), ("admin-all", "admin", nil, []),
        ("evidence", "evidence", nil, []),
        ("gone", "staff", "collector", [own]),
    ]

    private static func basic(_ name: String) -> String {
        "Basic " + Data("\(name):\(password)".utf8).base64EncodedString()
    }

    /// The `Authorization` of each caller of the table. Those who were revoked share a column.
    private func callers(_ gateway: NodeProcess, _ central: NodeProcess) async throws -> [String: [String]] {
        for account in Self.accounts {
            _ = try await central.socket.setAccount(
                account.name, role: account.role, group: account.group, grids: account.grids, password: Self.password)
        }
        var shown: [String: [String]] = ["nobody": [""]]
        for account in Self.accounts { shown[account.name] = [Self.basic(account.name)] }
        func terminal(_ name: String, _ channel: String) async throws -> String {
            try #require(try await gateway.socket.addTerminal(name, channel: channel).value.token)
        }
        let (device, lost) = (try await terminal("巡检终端-1", "terminal"), try await terminal("巡检终端-2", "terminal"))
        shown["terminal"] = ["Bearer " + (try await terminal("桌面终端", "terminal"))]
        shown["sensor"] = ["Bearer " + (try await terminal("水位-204", "sensor"))]
        let exchange = try HTTPExchange(address: try #require(try await gateway.socket.status().httpAddress))
        func pair(_ person: String, _ token: String) async throws -> String {
            let asked = try await Visitor(exchange, name: person, password: Self.password).send(.POST, "/v1/pairings")
            let code = try #require(asked.json?["code"]?.text)
            let made = try await Visitor(exchange, token: token).send(
                .POST, "/v1/pairings/redeem", #"{"code": "\#(code)"}"#)
            return try #require(made.json?["token"]?.text)
        }
        #expect(
            try await waits(120) {
                let gone = Visitor(exchange, name: "gone", password: Self.password)
                return try await gone.send(.GET, "/v1/reports").isAnswered
            })
        shown["paired"] = ["Bearer " + (try await pair("collector", device))]
        let unpaired = try await pair("handler", lost)
        try await gateway.socket.unpair("巡检终端-2")
        let orphan = try await pair("gone", lost)
        try await central.socket.revokeAccess("gone")
        #expect(
            try await waits(120) {
                try await gateway.socket.people().value.people.allSatisfy { $0.name != "gone" }
            })
        let revoked = try await terminal("旧终端", "terminal")
        try await gateway.socket.revokeAccess("旧终端")
        shown["gone"] = nil
        shown["revoked"] = ["Bearer " + revoked, "Bearer " + unpaired, "Bearer " + orphan, Self.basic("gone")]
        return shown
    }

    // MARK: Requests

    private struct Asked {
        let method: HTTPMethod
        let path: String
        var headers: [(String, String)] = []
        var body: [UInt8]?
        var mediaType = "application/json"
    }

    private func request(_ route: String, _ variant: String, _ caller: String, _ cases: Cases) -> Asked {
        let parts = route.split(separator: " ").map(String.init)
        var path = parts[1].replacing("{sha256}", with: cases.photo)
        path = path.replacing("{id}", with: path.contains("uploads") ? UUID().uuidString : cases.report)
        var asked = Asked(method: HTTPMethod(rawValue: parts[0]), path: path)
        func send(_ json: String) { asked.body = Array(json.utf8) }
        let step = #""step": "\#(variant)", "reason": "现场核对", "assignee": "王敏", "limit": "1 urgent_hours""#
        switch route {
        case "GET /v1/indicators": asked = Asked(method: .GET, path: path + "?from=2026-01-01&to=2026-02-01")
        case "POST /v1/reports":
            let channel = caller == "sensor" ? "sensor" : "terminal"
            send(#"{"channel": "\#(channel)", "grid": "\#(cases.grid)", "text": "井盖松动"}"#)
        case "PATCH /v1/reports/{id}": send(#"{"text": "井盖松动，已围挡"}"#)
        case "POST /v1/reports/{id}/notes": send(#"{"text": "已到场"}"#)
        case "POST /v1/reports/{id}/attachments": send(#"{"sha256": "\#(cases.photo)"}"#)
        case "POST /v1/reports/{id}/steps": send("{\(step)}")
        case "POST /v1/steps": send(#"{"steps": [{"report": "\#(cases.report)", \#(step)}]}"#)
        case "POST /v1/pairings/redeem": send(#"{"code": "0000-0000"}"#)
        case "DELETE /v1/pairings": asked = Asked(method: .DELETE, path: path + "?terminal=nobody")
        case "PUT /v1/blobs/{sha256}":
            (asked.body, asked.mediaType) = ([0], "image/jpeg")
        default: break
        }
        if path.hasPrefix("/v1/uploads") { asked.headers.append(("Tus-Resumable", "1.0.0")) }
        if route == "POST /v1/uploads" { asked.headers.append(("Upload-Length", "5")) }
        return asked
    }

    /// What a caller meets, in the words of the table, and the body of the answer.
    private func outcome(
        _ asked: Asked, showing authorization: String, from address: String, at exchange: HTTPExchange
    ) async throws -> (outcome: String, body: String) {
        var headers = asked.headers + [("X-Forwarded-For", address)]
        if !authorization.isEmpty { headers.append(("Authorization", authorization)) }
        let visit = try await Visit(
            exchange, asked.method, asked.path, headers: headers, body: asked.body, mediaType: asked.mediaType)
        // Each step of a list has an answer of its own.
        let results = visit.json?["results"]?.list
        let inside: Int? = if case .integer(let status)? = results?.first?["status"] { Int(status) } else { nil }
        let status = inside ?? visit.status
        let isHidden = inside == 404 || ["unknown-report", "unknown-blob"].contains(visit.problem)
        return ([401, 403].contains(status) || status == 404 && isHidden ? "\(status)" : "ok", visit.text)
    }

    @Test func `each caller may do on each route what the table says, in the own grid and in another`() async throws {
        let closed = Launch(environment: ["FIELDPOST_HTTP_OPEN": "false"])
        try await Program.withFleet(grids: [[Self.own, Self.other]], launch: closed) { fleet in
            let (gateway, central) = (fleet.gateways[0], fleet.central)
            let own = try await cases(Self.own, seed: 31, at: gateway)
            let other = try await cases(Self.other, seed: 32, at: gateway)
            for step in ["inspected", "filed"] {
                for report in [own, other] {
                    _ = try await gateway.socket.exchange.send(
                        .POST, "/v1/reports/\(report.report)/steps",
                        body: Array(#"{"step": "\#(step)", "limit": "1 urgent_hours"}"#.utf8))
                }
            }
            let shown = try await callers(gateway, central)
            _ = try await fleet.converge(within: 120)
            for photo in [own.photo, other.photo] {
                #expect(
                    try await waits(120) {
                        (try? await central.socket.exchange.send(.GET, "/v1/blobs/\(photo)")) != nil
                    })
            }
            var (asked, wrong): (Int, [String]) = (0, [])
            for row in try Self.table() {
                let node = row.node == "gateway" ? gateway : central
                let exchange = try HTTPExchange(address: try #require(try await node.socket.status().httpAddress))
                for cell in row.cells where cell.own != "-" {
                    for (number, authorization) in try #require(shown[cell.caller], "\(cell.caller)").enumerated() {
                        // Whoever is not let in is not let in anywhere.
                        let sides = [(cell.own, own)] + (cell.other == "401" ? [] : [(cell.other, other)])
                        for (expected, cases) in sides {
                            asked += 1
                            let address = "10.\(asked / 65_536).\(asked / 256 % 256).\(asked % 256)"
                            let met = try await outcome(
                                request(row.route, row.variant, cell.caller, cases), showing: authorization,
                                from: address, at: exchange)
                            let place = "\(row.node): \(row.route) \(row.variant) by \(cell.caller) \(number)"
                            if met.outcome != expected {
                                wrong.append("\(place) in \(cases.grid): \(met.outcome), not \(expected): \(met.body)")
                            }
                            let isLimited = ["paired", "viewer", "collector", "handler", "leader", "desk", "admin"]
                            guard met.outcome == "ok", ["GET /v1/reports", "GET /v1/tasks"].contains(row.route) else {
                                continue
                            }
                            // Lists have what the caller may see, and nothing else.
                            let sees = (met.body.contains(own.report), met.body.contains(other.report))
                            let isFew = isLimited.contains(cell.caller) || cell.caller == "dispatcher"
                            if sees != (true, !isFew) { wrong.append("\(place) lists \(sees)") }
                        }
                    }
                }
            }
            #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
            #expect(asked > 1_000)
        }
    }
}
