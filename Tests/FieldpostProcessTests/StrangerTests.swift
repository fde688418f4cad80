import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostGateway
import FieldpostNode
import FieldpostTransport
import Foundation
import TestKit
import Testing

/// Only enrolled gateways get in, and both sides learn the reason for a refusal.
@Suite(.serialized, .timeLimit(.minutes(15))) struct StrangerTests {
    private func node(_ role: String, _ name: String, in directory: String, dials: [String] = []) throws -> NodeProcess
    {
        try Program.node(role, name, in: directory + "/" + name, dials.flatMap { ["--dial", $0] })
    }

    private func withCentral(_ body: (NodeProcess, _ address: String, _ directory: String) async throws -> Void)
        async throws
    {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let central = try node("central", "central", in: place.path)
        let status = try await central.start()
        defer { central.kill() }
        try await body(central, try #require(status.peerAddress), place.path)
    }

    private func log(of node: NodeProcess) throws -> String {
        try String(contentsOfFile: node.directory + "/log", encoding: .utf8)
    }

    @Test func `A central node whose journal is lost still knows who is enrolled`() async throws {
        try await withCentral { central, _, _ in
            for digit in ["1", "7"] {
                _ = try await central.socket.addGateway(
                    node: String(repeating: digit, count: 64), name: "station-\(digit)", grids: "10014")
            }
            _ = try await central.socket.administer("revoke", on: "station-7", [])
            for name in ["李强", "看"] {
                _ = try await central.socket.setAccount(name, role: "viewer", password: "correct horse")
            }
            try await central.socket.revokeAccess("看")
            central.kill()
            for name in try FileManager.default.contentsOfDirectory(atPath: central.directory)
            where name.hasPrefix("journal.") {
                try FileManager.default.removeItem(atPath: central.directory + "/" + name)
            }
            try await central.start()
            let states = try await central.socket.gateways().value.gateways.map { "\($0.name) \($0.state.rawValue)" }
            #expect(states.sorted() == ["station-1 enrolled", "station-7 revoked"])
            let accounts = try await central.socket.accesses().value.access.map { "\($0.name) \($0.state.rawValue)" }
            #expect(accounts.sorted() == ["李强 given", "看 revoked"])
            #expect(try log(of: central).contains("restored audit events that the journal had lost"))

            // A corrupt file is not used.
            central.kill()
            let file = URL(filePath: central.directory + "/roster.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            try Data(text.replacing("station-7", with: "station-8").utf8).write(to: file)
            try await central.start()
            #expect(try log(of: central).contains("is corrupt"))
            #expect(try String(contentsOf: file, encoding: .utf8).contains("station-7"))
        }
    }

    @Test func `Downgrades and strangers are refused, and each side says why`() async throws {
        try await withCentral { central, address, directory in
            let stranger = try await OpenSSL(directory: directory + "/stranger")
            let shown = "-cert valid.pem -key key.pem"
            let cases = [
                ("-tls1_2 -alpn fieldpost/1 \(shown)", "alert protocol version", "does not support TLS 1.3"),
                ("-alpn fieldpost/1", "alert certificate required", "the peer sent no certificate"),
                ("-alpn h2 \(shown)", "supports none of the protocols", "supports none of the protocols"),
                // The same reason from the same host is logged only once.
                (shown, "supports none of the protocols", ""),
                ("-alpn fieldpost/1 \(shown)", "is not enrolled here", "is not enrolled here"),
            ]
            for (arguments, told, logged) in cases {
                let before = try log(of: central).count
                let output = try await stranger.connect(to: address, arguments, for: [told])
                #expect(output.contains(told), "\(arguments): \(output)")
                #expect(!output.contains("central\""), "the hello came through")
                if !logged.isEmpty {
                    _ = try await waits { try log(of: central).dropFirst(before).contains(logged) }
                }
                let line = try log(of: central).dropFirst(before)
                #expect(logged.isEmpty ? line.isEmpty : line.contains(logged), "\(arguments): \(line)")
            }
            // None of them appears in the status or in the waiting list.
            #expect(try await central.socket.gateways().value.gateways.isEmpty)
            let status = try await central.socket.status()
            #expect(status.peers.isEmpty && status.alarms.isEmpty)
            // After the enrollment of the same key, only its expired certificate is refused.
            _ = try await central.socket.addGateway(node: stranger.node.description, name: "station-1", grids: "")
            let expired = try await stranger.connect(
                to: address, "-alpn fieldpost/1 -cert expired.pem -key key.pem",
                for: ["the certificate has expired"])
            #expect(expired.contains("the certificate has expired"), "\(expired)")
            #expect(try await waits { try log(of: central).contains("the certificate has expired") })
            let welcome = try await stranger.connect(
                to: address, "-alpn fieldpost/1 \(shown)", for: ["FLDPST", "central"])
            #expect(welcome.contains("FLDPST") && welcome.contains("central"), "\(welcome)")
            #expect(!welcome.contains("expired") && !welcome.contains("enrolled"))
        }
    }

    @Test
    func `Only the key and dates of a certificate count, and keys of other kinds are refused`()
        async throws
    {
        try await withCentral { central, address, directory in
            let stranger = try await OpenSSL(directory: directory + "/stranger")
            try await stranger.makeOthers()
            _ = try await central.socket.addGateway(node: stranger.node.description, name: "station-1", grids: "")
            let welcome = try await stranger.connect(
                to: address, "-alpn fieldpost/1 -cert odd.pem -key key.pem", for: ["FLDPST", "central"])
            #expect(welcome.contains("FLDPST") && welcome.contains("central"), "\(welcome)")
            for kind in ["rsa", "p384"] {
                let told = try await stranger.connect(
                    to: address, "-alpn fieldpost/1 -cert \(kind).pem -key \(kind)-key.pem",
                    for: ["is not enrolled here"])
                #expect(told.contains("is not enrolled here"), "\(kind): \(told)")
            }
        }
    }

    @Test func `A central node in the place of another gets nothing, and both sides say so`() async throws {
        try await withCentral { central, _, directory in
            let other = try node("central", "another", in: directory)
            let address = try #require(try await other.start().peerAddress)
            defer { other.kill() }
            let gateway = try node("gateway", "station-1", in: directory, dials: [address])
            try await gateway.enroll(with: central)
            try await gateway.start()
            defer { gateway.kill() }
            #expect(
                try await waits {
                    let error = try await gateway.socket.status().peers.first?.lastError ?? ""
                    return error.contains("is enrolled with the central node")
                })
            #expect(try await other.socket.status().peers.isEmpty)
            #expect(try await waits { try log(of: gateway).contains("wrongIdentity") })
            #expect(try await waits { try log(of: other).contains("is not enrolled here") })
        }
    }

    @Test func `Of twenty gateways with one token, one is enrolled`() async throws {
        try await withCentral { central, address, directory in
            let made = try await central.socket.makeToken(name: nil, grids: nil, seconds: 600)
            let token = try #require(EnrollmentToken(text: made.value.token))
            let endpoint = try #require(Endpoint(address))
            let requests = try (0..<20).map { number in
                try EnrollmentRequest(
                    key: try NodeKey.create(path: "\(directory)/\(number).key"), central: endpoint,
                    name: "station-\(number)", grids: [], token: token.secret)
            }
            let won = await withTaskGroup(of: Bool.self) { group in
                for request in requests {
                    group.addTask { (try? await request.send(to: token.central))?.enrolled.admission != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(won == 1)
            let listed = try await central.socket.gateways().value.gateways
            #expect(listed.count == 1 && listed[0].state == .enrolled)
            #expect(try await central.socket.tokens().value.tokens.map(\.state) == [.used])
            // An impostor in central's place does not get the token.
            await #expect(throws: EnrollmentError.otherCentral) {
                _ = try await requests[0].send(to: NodeID(publicKey: [1]))
            }
        }
    }

    @Test func `A gateway waits, is approved, revoked and approved again, and loses nothing`() async throws {
        try await withCentral { central, address, directory in
            let gateway = try node("gateway", "station-1", in: directory, dials: [address])
            let client = try FieldpostClient(at: try await gateway.start().httpAddress ?? "")
            defer { gateway.kill() }
            let report = try #require(ReportSource.generated(count: 1, seed: 3).reports.first)
            _ = try await client.create(report)
            #expect(try await gateway.socket.status().alarms.contains { $0.contains("is not enrolled") })

            let arguments = [
                "enroll", "--central", address, "--state-directory", gateway.directory, "--name", "一号站", "--json",
            ]
            let (code, output) = try await Program.run(arguments + ["--no-wait"])
            let waiting = try #require(try await central.socket.gateways().value.gateways.first)
            #expect(code == 0 && waiting.state == .waiting && waiting.name == "一号站")
            let words = try #require(waiting.fingerprint)
            #expect(String(decoding: output, as: UTF8.self).contains(words))
            #expect(try await central.socket.status().journal.reports == 0)

            _ = try await central.socket.administer("approve", on: "一号站", [])
            #expect(try await Program.run(arguments).status == 0)
            #expect(try await waits { try await central.socket.status().journal.reports == 1 })

            _ = try await central.socket.administer("revoke", on: "一号站", [])
            #expect(
                try await waits { try await gateway.socket.status().alarms.contains { $0.contains("revoked") } }
            )
            guard case .report(let later) = ReportSource.generated(count: 1, seed: 4)[0] else { return }
            _ = try await client.create(later)
            #expect(try await central.socket.status().journal.reports == 1)

            _ = try await central.socket.administer("approve", on: "一号站", [])
            #expect(try await waits { try await central.socket.status().journal.reports == 2 })
            #expect(try await gateway.socket.status().alarms.isEmpty)
            let secrets = try [central, gateway].map { try log(of: $0) }.joined()
            #expect(!secrets.contains("PRIVATE") && !secrets.contains("fieldpost-"))
        }
    }

    @Test func `One host cannot fill the waiting list, and a gateway with a token does not wait`() async throws {
        try await withCentral { central, address, directory in
            let endpoint = try #require(Endpoint(address))
            let made = try await central.socket.makeToken(name: nil, grids: nil, seconds: 600)
            let token = try #require(EnrollmentToken(text: made.value.token))
            func request(_ number: Int, _ secret: TokenSecret? = nil) throws -> EnrollmentRequest {
                try EnrollmentRequest(
                    key: try NodeKey.loadOrCreate(path: "\(directory)/\(number).key"), central: endpoint,
                    name: "station-\(number)", grids: [], token: secret)
            }
            for number in 0..<Limits.waitingGatewaysPerHost {
                #expect(try await request(number).send(to: nil).enrolled.admission == nil)
            }
            await #expect(throws: EnrollmentError.self) { _ = try await request(99).send(to: nil) }
            // A gateway that already waits may continue to ask.
            #expect(try await request(0).send(to: nil).enrolled.admission == nil)
            #expect(try await request(99, token.secret).send(to: token.central).enrolled.admission != nil)
            let states = try await central.socket.gateways().value.gateways.map(\.state)
            #expect(states.count { $0 == .waiting } == Limits.waitingGatewaysPerHost)
            let one = try #require(try await central.socket.gateways().value.gateways.first { $0.state == .waiting })
            try await central.socket.reject(one.node)
            let event = try #require(try await central.socket.auditLog().list.events.first)
            #expect(event.account.hasPrefix("Rejected \(one.name)") && event.author.hasPrefix("operator (uid "))
        }
    }

    @Test func `A token comes from a file or the environment, and never shows in a log`() async throws {
        try await withCentral { central, address, directory in
            let gateway = try node("gateway", "station-1", in: directory)
            let made = try await central.socket.makeToken(name: "二号站", grids: "10014,10018", seconds: 600)
            let file = directory + "/token"
            try Data((made.value.token + "\n").utf8).write(to: URL(fileURLWithPath: file))
            let arguments = ["enroll", "--central", address, "--state-directory", gateway.directory]
            let (code, output) = try await Program.run(arguments + ["--token-file", file])
            #expect(code == 0)
            #expect(String(decoding: output, as: UTF8.self).contains("as 二号站, for the grids 10014, 10018"))
            #expect(CentralPin(stateDirectory: gateway.directory).read() != nil)
            let secret = made.value.token.split(separator: "-")[2]
            #expect(try !log(of: central).contains(secret))
            // Another gateway with the same token.
            let other = try node("gateway", "station-2", in: directory)
            let again = try await Program.run(
                ["enroll", "--central", address, "--state-directory", other.directory, "--token-file", file])
            #expect(again.status == ExitCode.refused)
            #expect(CentralPin(stateDirectory: other.directory).read() == nil)
        }
    }
}
