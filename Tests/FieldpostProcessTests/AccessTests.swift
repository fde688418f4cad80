import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import NIOHTTP1
import TestKit
import Testing

/// Access to the HTTP API of real nodes.
@Suite(.serialized, .timeLimit(.minutes(15))) struct AccessTests {
    private static let closed = Launch(environment: ["FIELDPOST_HTTP_OPEN": "false"])

    private func withNode(
        _ role: String, _ arguments: [String] = [], launch: Launch = closed,
        _ body: (NodeProcess, NodeStatus) async throws -> Void
    ) async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let node = try Program.node(role, role, in: place.path, listens: false, arguments)
        let status = try await node.start(launch)
        defer { node.kill() }
        try await body(node, status)
    }

    /// The status of the answer.
    private func status(_ body: () async throws -> Void) async -> Int {
        do {
            try await body()
            return 200
        } catch ClientError.refused(let status, _) {
            return status
        } catch {
            return 0
        }
    }

    private func report(_ channel: String, _ fields: String = "") -> [UInt8] {
        Array(#"{"channel": "\#(channel)", "text": "x"\#(fields)}"#.utf8)
    }

    private func reports(_ count: Int) -> [ReportInput] { ReportSource.generated(count: count, seed: 5).reports }

    @Test func `A terminal has access only with its token, for its channel, until that is revoked`() async throws {
        try await withNode("gateway") { gateway, started in
            let address = try #require(started.httpAddress)
            let stranger = try HTTPExchange(address: address)
            #expect(await status { _ = try await stranger.send(.GET, "/healthz") } == 200)
            for path in ["/v1/status", "/v1/reports", "/v1/reports/\(UUID())", "/v1/reports?x=1"] {
                #expect(await status { _ = try await stranger.send(.GET, path) } == 401)
            }
            #expect(await status { _ = try await stranger.send(.POST, "/v1/reports", body: report("terminal")) } == 401)

            let (code, output) = try await Program.run([
                "access", "terminal", "P-7", "--state-directory", gateway.directory,
            ])
            let token = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
            #expect(code == 0 && token.hasPrefix("fieldpost-terminal-"))
            let terminal = try HTTPExchange(address: address, token: token)
            #expect(await status { _ = try await terminal.send(.GET, "/v1/reports") } == 200)
            #expect(await status { _ = try await terminal.send(.POST, "/v1/reports", body: report("terminal")) } == 200)
            #expect(await status { _ = try await terminal.send(.POST, "/v1/reports", body: report("sensor")) } == 403)

            let sensor = try HTTPExchange(
                address: address,
                token: try await gateway.socket.addTerminal("W-204", channel: "sensor").value.token)
            #expect(await status { _ = try await sensor.send(.POST, "/v1/reports", body: report("sensor")) } == 200)
            let steps = Array(#"{"steps": [{}]}"#.utf8)
            for path in ["/v1/reports", "/v1/tasks", "/v1/events"] {
                #expect(await status { _ = try await sensor.send(.GET, path) } == 403)
                #expect(await status { _ = try await terminal.send(.GET, path) } == 200)
            }
            #expect(await status { _ = try await sensor.send(.POST, "/v1/steps", body: steps) } == 403)
            #expect(await status { _ = try await terminal.send(.POST, "/v1/steps", body: steps) } == 200)
            #expect(await status { _ = try await gateway.socket.addTerminal("P-7", channel: "app") } == 409)
            #expect(
                await status { _ = try await gateway.socket.setAccount("王", role: "viewer", password: "0123456789") }
                    == 409)

            // The token is still valid after a crash, until it is revoked.
            gateway.kill()
            let again = try #require(try await gateway.start(Self.closed).httpAddress)
            let later = try HTTPExchange(address: again, token: token)
            #expect(await status { _ = try await later.send(.GET, "/v1/reports") } == 200)
            #expect(
                try await Program.run(["access", "revoke", "P-7", "--state-directory", gateway.directory]).status == 0)
            #expect(await status { _ = try await later.send(.GET, "/v1/reports") } == 401)
            let states = try await gateway.socket.accesses().value.access.map {
                "\($0.name) \($0.role) \($0.state.rawValue)"
            }
            #expect(states == ["P-7 terminal revoked", "W-204 terminal given"])
            // A wrong token from the same address does not lock out other terminals.
            for _ in 0..<20 { #expect(await status { _ = try await later.send(.GET, "/v1/reports") } == 401) }
            #expect(await status { _ = try await sensor.send(.POST, "/v1/reports", body: report("sensor")) } == 200)
            let log = try String(contentsOfFile: gateway.directory + "/log", encoding: .utf8)
            #expect(!log.contains(token))
        }
    }

    @Test func `People log in at central with name and password, each with a role`() async throws {
        try await withNode("central") { central, started in
            let address = try #require(started.httpAddress)
            let file = central.directory + "/password"
            try Data("correct horse\n".utf8).write(to: URL(filePath: file))
            for (name, right) in [("看", "viewer"), ("李强", "dispatcher")] {
                let (code, _) = try await Program.run([
                    "access", "account", name, "--role", right, "--password-file", file, "--state-directory",
                    central.directory,
                ])
                #expect(code == 0)
            }
            #expect(
                await status { _ = try await central.socket.setAccount("a", role: "admin", password: "short") } == 422)
            let exchange = try HTTPExchange(address: address)
            func basic(_ name: String, _ password: String) -> [(String, String)] {
                [("Authorization", "Basic " + Data("\(name):\(password)".utf8).base64EncodedString())]
            }
            let (viewer, dispatcher) = (basic("看", "correct horse"), basic("李强", "correct horse"))
            #expect(await status { _ = try await exchange.send(.GET, "/v1/reports", headers: viewer) } == 200)
            #expect(await status { _ = try await exchange.send(.GET, "/v1/tasks", headers: viewer) } == 200)
            #expect(await status { _ = try await exchange.send(.GET, "/v1/events") } == 401)
            let body = report("app")
            #expect(
                await status { _ = try await exchange.send(.POST, "/v1/reports", headers: viewer, body: body) } == 403)
            #expect(
                await status { _ = try await exchange.send(.POST, "/v1/steps", headers: viewer, body: body) } == 403)
            // Another role and back, with the same password. Who has no account gets none without one.
            func give(_ name: String, _ right: String) async throws -> Int32 {
                try await Program.run([
                    "access", "account", name, "--role", right, "--keep-password", "--state-directory",
                    central.directory,
                ]).0
            }
            #expect(try await give("看", "dispatcher") == 0)
            #expect(
                await status { _ = try await exchange.send(.POST, "/v1/steps", headers: viewer, body: body) } == 400)
            #expect(try await give("看", "viewer") == 0)
            #expect(
                await status { _ = try await exchange.send(.POST, "/v1/steps", headers: viewer, body: body) } == 403)
            #expect(try await give("谁", "viewer") == 1)
            let made = try await exchange.send(.POST, "/v1/reports", headers: dispatcher, body: body)
            #expect(String(decoding: made.body, as: UTF8.self).contains(#""author":"李强""#))
            let other = report("app", #", "author": "somebody else""#)
            #expect(
                await status { _ = try await exchange.send(.POST, "/v1/reports", headers: dispatcher, body: other) }
                    == 403)
            for wrong in [
                basic("李强", "wrong horse"), basic("nobody", "correct horse"), [("Authorization", "Bearer x")],
            ] {
                #expect(await status { _ = try await exchange.send(.GET, "/v1/reports", headers: wrong) } == 401)
            }
            // However many arrive at the same time, the burst is checked, and some more if that takes long.
            let guesses = await withTaskGroup { group in
                for number in 0..<30 {
                    group.addTask { [self] in
                        await status {
                            _ = try await HTTPExchange(address: address).send(
                                .GET, "/v1/reports", headers: basic("李强", "wrong horse \(number)"))
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(guesses[429, default: 0] >= 10, "\(guesses)")
            // Guessing at a remembered account does not help either. A login with another name still works.
            var isLocked = false
            for _ in 0..<30 where !isLocked {
                for _ in 0..<5 {
                    _ = await status {
                        _ = try await exchange.send(.GET, "/v1/reports", headers: basic("李强", "wrong horse"))
                    }
                }
                // Every ten seconds there is a guess more, and this may be the one that gets it.
                isLocked =
                    await status { _ = try await exchange.send(.GET, "/v1/reports", headers: dispatcher) } == 429
            }
            #expect(isLocked)
            #expect(await status { _ = try await exchange.send(.GET, "/v1/reports", headers: viewer) } == 200)
            #expect(
                await status {
                    _ = try await exchange.send(.GET, "/v1/reports", headers: [("Authorization", "Bearer x")])
                } == 401)
            try await central.socket.revokeAccess("李强")
            #expect(
                [401, 429].contains(
                    await status { _ = try await exchange.send(.GET, "/v1/reports", headers: dispatcher) }))
            #expect(await status { _ = try await exchange.send(.GET, "/v1/reports", headers: viewer) } == 200)
            #expect(await status { try await central.socket.revokeAccess("李强") } == 404)
            let log = try String(contentsOfFile: central.directory + "/log", encoding: .utf8)
            #expect(!log.contains("correct horse") && !log.contains("scrypt"))
        }
    }

    @Test func `Residents report on their own port, at a bounded rate, and terminals do not notice`() async throws {
        try await withNode("gateway", ["--public-http", "127.0.0.1:0"]) { gateway, started in
            let residents = try HTTPExchange(address: try #require(started.publicAddress))
            let token = try #require(try await gateway.socket.addTerminal("P-7", channel: "terminal").value.token)
            let terminal = try HTTPExchange(address: try #require(started.httpAddress), token: token)
            func send(_ body: [UInt8], from address: String) async -> Int {
                await status {
                    _ = try await residents.send(
                        .POST, "/v1/reports", headers: [("X-Forwarded-For", address)], body: body)
                }
            }
            #expect(await send(report("suishoupai"), from: "192.0.2.1") == 200)
            #expect(await send(report("terminal"), from: "192.0.2.2") == 403)
            #expect(await send(report("suishoupai", #", "priority": "urgent""#), from: "192.0.2.2") == 403)
            #expect(await status { _ = try await residents.send(.GET, "/v1/reports") } == 405)
            #expect(await status { _ = try await residents.send(.GET, "/v1/status") } == 404)
            #expect(await status { _ = try await residents.send(.GET, "/healthz") } == 200)

            // The more slowly they arrive, the more are accepted; from one address, only its own rate.
            var answers: [Int: Int] = [:]
            for _ in 0..<20 { answers[await send(report("suishoupai"), from: "192.0.2.1"), default: 0] += 1 }
            #expect(answers[200, default: 0] >= 4 && answers[429, default: 0] >= 10, "\(answers)")
            // The same from many addresses together.
            var isFull = false
            for number in 0..<1_000 where !isFull {
                isFull = await send(report("suishoupai"), from: "198.51.\(number / 200).\(number % 200)") == 429
            }
            #expect(isFull)
            for _ in 0..<20 {
                #expect(
                    await status { _ = try await terminal.send(.POST, "/v1/reports", body: report("terminal")) } == 200)
            }
        }
    }

    @Test func `HTTP is served over TLS with the node's own certificate`() async throws {
        let made = try CertificateFiles()
        defer { made.remove() }
        try made.make("http", subject: "localhost", address: "127.0.0.1")
        let files = [made.path("http.crt"), made.path("http.key")]
        let arguments = ["--http-certificate", files[0], "--http-key", files[1]]
        try await withNode("gateway", arguments) { gateway, started in
            let address = try #require(started.httpAddress)
            let ask = "printf 'GET /healthz HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n'"
            let client = "openssl s_client -quiet -verify_return_error -CAfile \(files[0]) -connect \(address)"
            let (code, output) = try await Program.run(["-c", "\(ask) | \(client) 2>/dev/null"], of: "/bin/sh")
            #expect(code == 0 && String(decoding: output, as: UTF8.self).contains("200 OK"))
            #expect(await status { _ = try await HTTPExchange(address: address).send(.GET, "/healthz") } != 200)
        }
        // The key of another certificate: the node does not start, and says why.
        let node = try Program.node(
            "gateway", "gateway", in: made.path("other"),
            ["--http-certificate", files[0], "--http-key", made.path("other/node.key")])
        await #expect { try await node.start(Self.closed) } throws: {
            "\($0)".contains("HTTP cannot be served over TLS")
        }
    }
}
