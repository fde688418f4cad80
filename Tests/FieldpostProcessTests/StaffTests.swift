import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import NIOHTTP1
import TestKit
import Testing

/// People who log in at gateways, on real nodes: with and without a link to central.
@Suite(.serialized, .timeLimit(.minutes(15))) struct StaffTests {
    private static let closed = Launch(environment: ["FIELDPOST_HTTP_OPEN": "false"])
    private static let password = "坂田 2026 correct horse"

    private func exchange(_ node: NodeProcess) async throws -> HTTPExchange {
        try HTTPExchange(address: try #require(try await node.socket.status().httpAddress))
    }

    private func person(_ name: String, at node: NodeProcess) async throws -> Visitor {
        Visitor(try await exchange(node), name: name, password: Self.password)
    }

    private func report(_ grid: String, seed: UInt64, at node: NodeProcess) async throws -> String {
        var report = ReportSource.generated(count: 1, seed: seed).reports[0]
        report.fields["grid"] = .text(grid)
        _ = try await node.socket.create(report)
        return "\(report.id)"
    }

    private func account(_ name: String, _ arguments: [String], at central: NodeProcess) async throws {
        let file = central.directory + "/password"
        try Data((Self.password + "\n").utf8).write(to: URL(filePath: file))
        let command = ["access", "account", name] + arguments
        let (status, output) = try await Program.run(
            command + ["--password-file", file, "--state-directory", central.directory])
        #expect(status == 0, "\(String(decoding: output, as: UTF8.self))")
    }

    private func isIn(_ visitor: Visitor) async throws -> Bool {
        try await visitor.send(.GET, "/v1/reports").isAnswered
    }

    @Test func `Staff log in at the gateways of their grids without a link, and a revocation comes first`()
        async throws
    {
        try await Program.withFleet(grids: [["南坑一", "南坑二"], ["雪象"]], launch: Self.closed) { fleet in
            let (south, north, central) = (fleet.gateways[0], fleet.gateways[1], fleet.central)
            try await account(
                "赵敏", ["--role", "staff", "--group", "collector", "--grids", "南坑一, 雪象"], at: central)
            try await account("陈伟", ["--role", "staff", "--group", "handler", "--grids", "南坑一"], at: central)
            let own = try await report("南坑一", seed: 21, at: south)
            let other = try await report("南坑二", seed: 22, at: south)
            let zhao = try await person("赵敏", at: south)
            #expect(try await waits(120) { try await isIn(zhao) })
            _ = try await fleet.converge(within: 120)

            await fleet.links[0].cut()
            // A process that knows nothing of the session before.
            south.kill()
            _ = try await south.start(Self.closed)
            let listed = try await zhao.send(.GET, "/v1/reports")
            #expect(listed.isAnswered && listed.text.contains(own) && !listed.text.contains(other))
            #expect(try await zhao.send(.GET, "/v1/tasks").text.contains(own))
            for path in ["", "/case", "/history", "/notes"] {
                #expect(try await zhao.send(.GET, "/v1/reports/\(own)\(path)").isAnswered)
                #expect(try await zhao.send(.GET, "/v1/reports/\(other)\(path)").status == 404)
            }
            #expect(try await zhao.send(.POST, "/v1/reports/\(own)/steps", #"{"step": "inspected"}"#).isAnswered)
            let filed = try await zhao.send(.POST, "/v1/reports/\(own)/steps", #"{"step": "filed"}"#)
            #expect(filed.status == 403 && filed.text.contains("dispatcher"), "\(filed.text)")
            let hidden = try await zhao.send(.POST, "/v1/reports/\(other)/steps", #"{"step": "inspected"}"#)
            #expect(hidden.status == 404)
            #expect(try await zhao.send(.PATCH, "/v1/reports/\(own)", #"{"stage": "closed"}"#).status == 403)
            #expect(try await zhao.send(.POST, "/v1/reports/\(own)/notes", #"{"text": "已到场"}"#).isAnswered)
            let wrong = Visitor(zhao.exchange, name: "赵敏", password: "wrong horse")
            #expect(try await wrong.send(.GET, "/v1/reports").status == 401)
            let chen = try await person("陈伟", at: north)
            #expect(try await chen.send(.GET, "/v1/reports").status == 401, "it is not a gateway of this person")
            let zhaoInTheNorth = try await person("赵敏", at: north)
            #expect(try await waits { try await isIn(zhaoInTheNorth) })

            // While the gateway is cut off, central revokes one and gives the other a new grid.
            try await central.socket.revokeAccess("赵敏")
            try await account("陈伟", ["--role", "staff", "--grids", "南坑二"], at: central)
            #expect(try await waits(120) { try await zhaoInTheNorth.send(.GET, "/v1/reports").status == 401 })
            #expect(try await isIn(zhao), "the gateway did not hear it yet")
            try await fleet.links[0].heal()
            #expect(try await waits(120) { try await zhao.send(.GET, "/v1/reports").status == 401 })
            let moved = try await person("陈伟", at: south)
            #expect(try await waits(120) { try await moved.send(.GET, "/v1/reports").text.contains(other) })
            #expect(try await !moved.send(.GET, "/v1/reports").text.contains(own))
            _ = try await fleet.converge(within: 120)
            let history = try await central.socket.exchange.send(.GET, "/v1/reports/\(own)")
            let text = String(decoding: history.body, as: UTF8.self)
            #expect(text.contains(#""author":"赵敏""#) && text.contains("已到场"))
            for node in fleet.nodes {
                let log = try String(contentsOfFile: node.directory + "/log", encoding: .utf8)
                #expect(!log.contains("scrypt") && !log.contains("correct horse"))
            }
        }
    }

    @Test func `A gateway that gets other grids gets the people of these, and keeps nobody else`() async throws {
        try await Program.withFleet(grids: [["南坑一"]], launch: Self.closed) { fleet in
            let (gateway, central) = (fleet.gateways[0], fleet.central)
            try await account("赵敏", ["--role", "viewer", "--grids", "南坑一"], at: central)
            try await account("陈伟", ["--role", "viewer", "--grids", "雪象"], at: central)
            let (before, after) = (try await person("赵敏", at: gateway), try await person("陈伟", at: gateway))
            #expect(try await waits(120) { try await isIn(before) })
            #expect(try await after.send(.GET, "/v1/reports").status == 401)
            let (status, _) = try await Program.run([
                "gateways", "grids", "gateway-1", "--set", "雪象", "--state-directory", central.directory,
            ])
            #expect(status == 0)
            #expect(try await waits(120) { try await isIn(after) })
            #expect(try await before.send(.GET, "/v1/reports").status == 401)
            #expect(try await gateway.socket.people().value.people.map(\.name) == ["陈伟"])
        }
    }

    @Test func `A terminal is paired with a person by a code, and acts as that person until either secret ends`()
        async throws
    {
        try await Program.withFleet(grids: [["南坑一", "雪象"]], launch: Self.closed) { fleet in
            let (gateway, central) = (fleet.gateways[0], fleet.central)
            for name in ["赵敏", "陈伟"] {
                try await account(
                    name, ["--role", "staff", "--group", "collector", "--grids", "南坑一"], at: central)
            }
            let exchange = try await exchange(gateway)
            let (zhao, chen) = (try await person("赵敏", at: gateway), try await person("陈伟", at: gateway))
            #expect(try await waits(120) { try await isIn(zhao) })
            #expect(try await waits { try await isIn(chen) })
            func terminal(_ name: String) async throws -> Visitor {
                let made = try await gateway.socket.addTerminal(name, channel: "terminal")
                return Visitor(exchange, token: try #require(made.value.token))
            }
            func code(_ person: Visitor, _ key: String = "code") async throws -> String {
                let asked = try await person.send(.POST, "/v1/pairings")
                #expect(asked.status == 201, "\(asked.text)")
                return try #require(asked.json?[key]?.text)
            }
            func redeem(_ code: String, _ terminal: Visitor) async throws -> (status: Int, paired: Visitor?) {
                let made = try await terminal.send(.POST, "/v1/pairings/redeem", #"{"code": "\#(code)"}"#)
                return (made.status, made.json?["token"]?.text.map { Visitor(exchange, token: $0) })
            }
            await fleet.links[0].cut()
            let (first, second) = (try await terminal("巡检终端-1"), try await terminal("巡检终端-2"))
            let scanned = try await code(zhao, "text")
            let paired = try #require(try await redeem(scanned, first).paired)
            #expect(try await redeem(scanned, second).status == 404, "a code works once")
            // A newer code replaces the one before.
            let (old, new) = (try await code(zhao), try await code(zhao))
            #expect(try await redeem(old, second).status == 404)
            #expect(try await redeem(new.lowercased(), second).status == 201)

            let own = try await report("南坑一", seed: 41, at: gateway)
            let other = try await report("雪象", seed: 42, at: gateway)
            #expect(try await first.send(.GET, "/v1/reports").text.contains(other), "the terminal by itself")
            let listed = try await paired.send(.GET, "/v1/reports").text
            #expect(listed.contains(own) && !listed.contains(other))
            #expect(try await paired.send(.POST, "/v1/reports/\(own)/steps", #"{"step": "inspected"}"#).isAnswered)
            let made = try await paired.send(
                .POST, "/v1/reports", #"{"channel": "terminal", "grid": "南坑一", "text": "井盖松动"}"#)
            #expect(made.status == 201 && made.text.contains(#""author":"赵敏""#), "\(made.text)")
            let app = #"{"channel": "app", "grid": "南坑一", "text": "井盖松动"}"#
            #expect(try await paired.send(.POST, "/v1/reports", app).status == 403)
            #expect(try await paired.send(.POST, "/v1/pairings").status == 403)
            #expect(try await first.send(.POST, "/v1/pairings").status == 403)
            #expect(try await zhao.send(.POST, "/v1/pairings/redeem", #"{"code": "0"}"#).status == 403)

            // People see their own, and an operator all.
            let mine = try await zhao.send(.GET, "/v1/pairings").text
            #expect(mine.contains("巡检终端-1") && mine.contains("巡检终端-2"))
            #expect(try await !chen.send(.GET, "/v1/pairings").text.contains("巡检终端"))
            let people = try await Program.run(["people", "--state-directory", gateway.directory])
            let table = String(decoding: people.output, as: UTF8.self)
            #expect(table.contains("赵敏") && table.contains("巡检终端-1, 巡检终端-2") && table.contains("collector"))
            #expect(try await chen.send(.DELETE, "/v1/pairings?terminal=巡检终端-1".encoded).status == 404)

            // A restart forgets codes, and keeps pairings.
            let forgotten = try await code(chen)
            gateway.kill()
            _ = try await gateway.start(Self.closed)
            #expect(try await redeem(forgotten, second).status == 404)
            #expect(try await isIn(paired))
            // Another person takes over the terminal.
            let taken = try #require(try await redeem(try await code(chen), first).paired)
            #expect(try await paired.send(.GET, "/v1/reports").status == 401)
            #expect(try await taken.send(.DELETE, "/v1/pairings?terminal=巡检终端-1".encoded).status == 204)
            #expect(try await taken.send(.GET, "/v1/reports").status == 401)
            #expect(try await isIn(first), "the terminal keeps its own token")

            // A new password of the person, a new token of the terminal, and a revocation end it.
            try await fleet.links[0].heal()
            let ending = try #require(try await redeem(try await code(zhao), first).paired)
            #expect(try await isIn(ending))
            try await account("赵敏", ["--role", "staff"], at: central)
            #expect(try await waits(120) { try await ending.send(.GET, "/v1/reports").status == 401 })
            let again = try #require(try await redeem(try await code(zhao), first).paired)
            #expect(try await isIn(again))
            try await gateway.socket.revokeAccess("巡检终端-1")
            #expect(try await again.send(.GET, "/v1/reports").status == 401)
            _ = try await terminal("巡检终端-1")
            #expect(try await again.send(.GET, "/v1/reports").status == 401, "it is another terminal of that name")
            let last = try #require(try await redeem(try await code(zhao), second).paired)
            #expect(try await isIn(last))
            try await central.socket.revokeAccess("赵敏")
            #expect(try await waits(120) { try await last.send(.GET, "/v1/reports").status == 401 })

            // Guesses are few.
            var answers: [Int: Int] = [:]
            for number in 0..<30 {
                answers[try await redeem("AAAA-AA\(10 + number)", second).status, default: 0] += 1
            }
            #expect(answers[429, default: 0] >= 15 && answers[201] == nil, "\(answers)")
            let log = try await gateway.socket.auditLog().list
            let told = log.events.map(\.account)
            #expect(told.contains { $0.contains("Paired the terminal 巡检终端-1 with 赵敏") }, "\(told)")
            #expect(told.contains { $0.contains("Ended the pairing of the terminal 巡检终端-1 with 陈伟") })
            let text = try String(contentsOfFile: gateway.directory + "/log", encoding: .utf8)
            for code in [scanned, old, new, forgotten] {
                #expect(!text.contains(code) && !text.contains(code.suffix(9)))
            }
        }
    }
}

extension String {
    /// With percent signs, as in a URL.
    fileprivate var encoded: String { addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? self }
}
