import FieldpostCore
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import TestKit
import Testing

@testable import FieldpostHTTP

/// What RFC 9110 and RFC 9112 require of a server, clause by clause. The tests send raw requests over real sockets, at
/// every place where a node serves HTTP.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ClauseTests {
    struct Clause: CustomTestStringConvertible, Sendable {
        let name: String
        /// What is sent, and the statuses of the answers before the next is sent.
        let steps: [(bytes: [UInt8], statuses: [Int])]
        /// Whether the connection serves another request after it.
        let stays: Bool
        var testDescription: String { name }

        init(_ name: String, _ sent: String, _ statuses: [Int], stays: Bool) {
            self.init(name, [(sent, statuses)], stays: stays)
        }

        init(_ name: String, _ steps: [(String, [Int])], stays: Bool) {
            self.name = name
            self.steps = steps.map { (Array($0.0.utf8), $0.1) }
            self.stays = stays
        }
    }

    private static let body = #"{"channel":"suishoupai"}"#
    private static let json = "Content-Type: application/json\r\n"
    private static let again = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func get(_ fields: String = "", _ target: String = "/healthz", host: String = "Host: a\r\n")
        -> String
    {
        "GET \(target) HTTP/1.1\r\n\(host)\(fields)\r\n"
    }

    private static func post(_ fields: String, _ body: String = body, version: String = "1.1") -> String {
        "POST /v1/reports HTTP/\(version)\r\nHost: a\r\n\(json)\(fields)\r\n\(body)"
    }

    private static let length = "Content-Length: \(body.utf8.count)\r\n"
    private static let upgrade =
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n"
    private static let chunks = "3;a=b\r\n\(body.prefix(3))\r\n15\r\n\(body.dropFirst(3))\r\n0\r\nX-Sum: 1\r\n\r\n"
    private static let chunked = "Transfer-Encoding: chunked\r\n"

    static let reading: [Clause] = [
        Clause("9110 7.8: a wish for HTTP/2 is passed over", get(upgrade), [200], stays: true),
        Clause("9110 7.8: and what is pipelined behind it", get(upgrade) + get(upgrade), [200, 200], stays: true),
        Clause(
            "9110 7.8: a wish for WebSocket is passed over",
            get("Connection: keep-alive, upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"), [200],
            stays: true),
        Clause("9113 3.4: HTTP/2 by prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505], stays: false),
        Clause("9110 15.6.6: another version", "GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", [505], stays: false),
        Clause("9110 2.5: a later 1.x", "GET /healthz HTTP/1.9\r\nHost: a\r\n\r\n", [200], stays: true),
        Clause("9112 2.3: a version in lower case", "GET /healthz http/1.1\r\nHost: a\r\n\r\n", [400], stays: false),
        Clause("9112 3: HTTP/0.9", "GET /healthz\r\n\r\n", [400], stays: false),
        Clause("9112 3: two blanks", "GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n", [400], stays: false),
        Clause("9112 2.2: empty lines before a request", "\r\n\r\n" + again, [200], stays: true),
        Clause("9112 2.2: lone line feeds end lines", "GET /healthz HTTP/1.1\nHost: a\n\n", [200], stays: true),
        Clause("9112 2.2: a lone carriage return", get("X: a\rb\r\n"), [400], stays: false),
        Clause("9112 2.2: blanks before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", [400], stays: false),
        Clause("9112 2: no HTTP at all", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", [400], stays: false),
        Clause("9112 3.2: no Host", get(host: ""), [400], stays: false),
        Clause("9112 3.2: two Hosts", get("Host: a\r\n"), [400], stays: false),
        Clause("9112 3.2: a Host that is none", get(host: "Host: a b\r\n"), [400], stays: false),
        Clause("9112 3.2: an empty Host", get(host: "Host:\r\n"), [200], stays: true),
        Clause("9112 3.2.2: the absolute form", get("", "http://other:1/healthz"), [200], stays: true),
        Clause("9112 3.2.3: CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", [501], stays: false),
        Clause("9112 3.2.4: the server as a whole", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", [204], stays: false),
        Clause("9112 3.2: a target that is no path", get("", "healthz"), [400], stays: false),
        Clause("3986 3.5: a fragment", get("", "/healthz#x"), [400], stays: false),
        Clause("3986 6.2.2.2: unreserved characters encoded", get("", "/%68ealth%7A"), [200], stays: true),
        Clause("3986 2.1: a percent sign that encodes nothing", get("", "/healthz%zz"), [400], stays: false),
        Clause("9110 15.5.15: a long target", get("", "/" + String(repeating: "a", count: 9_000)), [414], stays: false),
        Clause("9110 15.5.15: without an end", "GET /" + String(repeating: "a", count: 70_000), [414], stays: false),
        Clause("6585 5: a long field", get("X: \(String(repeating: "a", count: 40_000))\r\n"), [431], stays: false),
        Clause("6585 5: many fields", get(String(repeating: "X: a\r\n", count: 120)), [431], stays: false),
        Clause("9112 5.1: a blank before the colon", get(host: "Host : a\r\n"), [400], stays: false),
        Clause("9110 5.6.2: a name with wrong characters", get("X(y): a\r\n"), [400], stays: false),
        Clause("9112 5.1: no name", get(": a\r\n"), [400], stays: false),
        Clause("9112 5.2: a folded field", get("X: a\r\n b\r\n"), [400], stays: false),
        Clause("9110 5.5: a zero byte", get("X: a\u{0}b\r\n"), [400], stays: false),
        Clause("9110 9.1: a method nobody knows", "BREW /healthz HTTP/1.1\r\nHost: a\r\n\r\n", [501], stays: false),
        Clause("9110 9.1: a method in lower case", "get /healthz HTTP/1.1\r\nHost: a\r\n\r\n", [501], stays: false),
        Clause("9110 15.5.6: TRACE", "TRACE /healthz HTTP/1.1\r\nHost: a\r\n\r\n", [405], stays: true),
        Clause(
            "9110 9.3.2: HEAD of what is not there", "HEAD /nothing HTTP/1.1\r\nHost: a\r\n\r\n", [404], stays: true),
        Clause("9110 10.1.1: without a body nobody waits", get("Expect: 100-continue\r\n"), [200], stays: true),
        Clause("9110 10.1.1: another expectation", get("Expect: wonders\r\n"), [417], stays: false),
        Clause("9110 9.3.1: GET with a body", get("Content-Length: 2\r\n") + "{}", [200], stays: true),
        Clause("9112 9.3: requests behind each other", get() + get(), [200, 200], stays: true),
        Clause("9112 9.6: close", get("Connection: close\r\n") + get(), [200], stays: false),
        Clause("9110 7.6.1: close in a list", get("Connection: x, CLOSE\r\n"), [200], stays: false),
        Clause("9112 9.3: HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n", [200], stays: false),
        Clause("9112 9.3: kept alive", "GET /healthz HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", [200], stays: true),
        Clause(
            "9112 6.1: both framings", get("Content-Length: 5\r\n\(chunked)") + "0\r\n\r\n" + get(), [400], stays: false
        ),
        Clause("9112 6.1: HTTP/1.0 with chunks", "GET / HTTP/1.0\r\n\(chunked)\r\n0\r\n\r\n", [400], stays: false),
        Clause("9112 6.1: another coding", get("Transfer-Encoding: gzip, chunked\r\n"), [501], stays: false),
        Clause("9112 6.3: a coding without an end", get("Transfer-Encoding: identity\r\n"), [400], stays: false),
        Clause("9112 6.1: chunked twice", get("Transfer-Encoding: chunked, chunked\r\n"), [400], stays: false),
        Clause("9110 8.6: lengths that differ", get("Content-Length: 1\r\nContent-Length: 2\r\n"), [400], stays: false),
        Clause("9110 8.6: a negative length", get("Content-Length: -1\r\n"), [400], stays: false),
        Clause("9110 8.6: a sign", get("Content-Length: +1\r\n"), [400], stays: false),
        Clause("9110 8.6: a length with a blank", get("Content-Length: 1 2\r\n"), [400], stays: false),
        Clause("9112 6.1: a coding with a blank", get("Transfer-Encoding: chun ked\r\n"), [400], stays: false),
        Clause("9112 6.1: a coding of no ASCII", get("Transfer-Encoding: chun\u{212A}ed\r\n"), [400], stays: false),
        Clause("9110 8.6: a huge length", get("Content-Length: 99999999999999999999\r\n"), [413], stays: false),
        Clause(
            "9112 2: a head in pieces",
            [
                ("GET /hea", []), ("lthz HTTP/1.1\r", []), ("\nHost: a\r\n\r", []),
                ("\nGET /healthz HTTP/1.1\r\nHo", [200]), ("st: a\r\n\r\n", [200]),
            ],
            stays: true),
    ]

    static let writing: [Clause] = [
        Clause("9110 7.8: a wish for HTTP/2 with a body", post(upgrade + length), [201], stays: true),
        Clause("9110 7.8: and the next request", post(upgrade + length) + again, [201, 200], stays: true),
        Clause(
            "9110 10.1.1: the client waits", [(post("Expect: 100-Continue\r\n" + length, ""), [100]), (body, [201])],
            stays: true),
        Clause(
            "9110 10.1.1: none where the body has come already", post("Expect: 100-Continue\r\n" + length), [201],
            stays: true),
        Clause(
            "9110 10.1.1: with chunks", [(post("Expect: 100-continue\r\n" + chunked, ""), [100]), (chunks, [201])],
            stays: true),
        Clause(
            "9110 10.1.1: a type that is refused is at once",
            "POST /v1/reports HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                + "Content-Type: text/plain\r\nContent-Length: 9\r\n\r\n", [415], stays: false),
        Clause(
            "9110 10.1.1: a length too", post("Expect: 100-continue\r\nContent-Length: 200000\r\n", ""), [413],
            stays: false),
        Clause(
            "9110 10.1.1: HTTP/1.0 gets none", post("Expect: 100-continue\r\n" + length, version: "1.0"), [201],
            stays: false),
        Clause("9112 6.3: the same length twice", post(length + length), [201], stays: true),
        Clause("9112 7.1: chunks with extensions and a trailer", post(chunked, chunks), [201], stays: true),
        Clause("9112 7.1: and the next request", post(chunked, chunks) + again, [201, 200], stays: true),
        Clause("9112 7.1: chunks that are none", post(chunked, "x\r\n{}\r\n"), [400], stays: false),
        Clause(
            "9112 6.3: a body in pieces",
            [(post(length, String(body.prefix(5))), []), (String(body.dropFirst(5)), [201])], stays: true),
        Clause(
            "9110 15.5.14: a body that is too large, not sent", post("Content-Length: 200000\r\n", ""), [413],
            stays: false),
        Clause(
            "9110 8.4: a coding nobody knows", post("Content-Encoding: br\r\n" + length), [415], stays: true),
    ]

    @Test(arguments: reading) func `each clause about reading is met everywhere`(_ clause: Clause) async throws {
        try await Self.withServers { places in
            for place in places { try await Self.check(clause, at: place) }
        }
    }

    @Test(arguments: writing) func `each clause about bodies is met on both ports`(_ clause: Clause) async throws {
        try await Self.withServers { places in
            for place in places { try await Self.check(clause, at: place) }
        }
    }

    @Test func `the result does not depend on how the network splits the bytes`() async throws {
        try await Self.withServers { places in
            for clause in Self.reading + Self.writing where clause.steps.reduce(0, { $0 + $1.bytes.count }) < 2_000 {
                // Byte by byte, so the body has not arrived yet.
                guard !clause.name.contains("come already") else { continue }
                try await Self.check(clause, at: places[0], byByte: true)
            }
        }
    }

    @Test(arguments: ["GET /hea", "GET /healthz HTTP/1.1\r\nHost: a\r\n", "POST", "chunks"])
    func `9110 15.5.9: a request that arrives too slowly is answered and ended`(kind: String) async throws {
        let sent =
            switch kind {
            case "POST": Self.post(Self.length, String(Self.body.prefix(5)))
            case "chunks": Self.post(Self.chunked, "3\r\n{")
            default: kind
            }
        try await Self.withServers(requestSeconds: 1) { places in
            for place in places.dropLast() {
                let connection = try RawConnection(to: place)
                connection.send(Array((Self.again + sent).utf8))
                #expect(await connection.answer()?.status == 200)
                let answer = await connection.answer()
                #expect(answer?.status == 408 && answer?.body.contains("request-timeout") == true)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func `an answer to HEAD has no body, but the length of one`() async throws {
        try await Self.withServers { places in
            for place in places {
                let connection = try RawConnection(to: place)
                connection.send(Array("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n\(Self.again)".utf8))
                let head = try #require(await connection.answer(isHead: true))
                let whole = try #require(await connection.answer())
                #expect(head.status == 200 && whole.status == 200)
                #expect(head.field("content-length") == whole.field("content-length"))
                #expect(whole.field("content-length") == "\(whole.body.utf8.count)")
            }
        }
    }

    @Test func `every answer has a date, and problems have their usual form even without a route`()
        async throws
    {
        try await Self.withServers { places in
            for sent in [Self.get(), Self.get(host: ""), "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"] {
                let connection = try RawConnection(to: places[0])
                connection.send(Array(sent.utf8))
                let answer = try #require(await connection.answer())
                #expect(
                    answer.field("date")?.contains(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/)
                        == true)
                guard answer.status != 200 else { continue }
                #expect(answer.field("content-type") == "application/problem+json")
                #expect(answer.field("connection") == "close")
                #expect(answer.body.contains("urn:fieldpost:problem:"))
            }
        }
    }

    @Test func `a client that disconnects in the middle of a body is not an error of the node`() async throws {
        let log = LogLines()
        try await Self.withServers(log: log) { places in
            for place in places {
                for ending in 0..<3 {
                    let connection = try RawConnection(to: place)
                    connection.send(Array(Self.post("Content-Length: 2000\r\n").utf8))
                    switch ending {
                    case 0:
                        connection.finish()
                        let answer = await connection.answer()
                        #expect(answer?.status == 400)
                    case 1: connection.reset()
                    default: break
                    }
                }
                let next = try RawConnection(to: place)
                next.send(Array(Self.again.utf8))
                #expect(await next.answer()?.status == 200)
            }
            // Each is logged in one line at the debug level.
            #expect(try await waits { log.lines.count { $0.contains("a request was interrupted") } >= 4 })
        }
        #expect(!log.lines.contains { $0.hasPrefix("error") || $0.contains("suishoupai") }, "\(log.lines)")
    }

    // MARK: Helpers

    private static func check(
        _ clause: Clause, at place: RawConnection.Place, byByte: Bool = false
    ) async throws {
        let connection = try RawConnection(to: place)
        for step in clause.steps {
            for piece in byByte ? step.bytes.map({ [$0] }) : [step.bytes] { connection.send(piece) }
            for status in step.statuses {
                let answer = await connection.answer(isHead: step.bytes.starts(with: "HEAD ".utf8))
                #expect(
                    answer?.status == status,
                    "\(clause.name) at \(place): \(answer?.head ?? "nothing") \(answer?.body ?? "")")
            }
            if step.statuses.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        }
        guard clause.stays else {
            #expect(await connection.isClosed(), "\(place): it stays open")
            return
        }
        connection.send(Array(again.utf8))
        #expect(await connection.answer()?.status == 200, "\(place): it serves no other request")
    }

    /// The API for terminals, and the API for residents.
    private static func withServers(
        log: LogLines = LogLines(), requestSeconds: Int = Limits.httpRequestSeconds,
        _ body: @Sendable ([RawConnection.Place]) async throws -> Void
    ) async throws {
        let node = try TestNode()
        defer { node.remove() }
        let logger = Logger(label: "test") { _ in log }
        let often = RateLimiter.Rate(burst: 1_000_000, perMinute: 1_000_000)
        let residents = AccessRule.residents(
            ResidentRates(reports: RateLimiter(each: often, all: often), writes: RateLimiter(each: often, all: often)))
        let api = ReportAPI(node: node)
        let sites: [([Route], AccessRule)] = [(api.routes, .trust), (api.residentRoutes, residents)]
        let (ports, found) = AsyncStream<Int>.makeStream()
        let socket = node.directory + "/http.sock"
        let (bound, signal) = AsyncStream<Void>.makeStream()
        var servers: [any Service] = try sites.map { routes, rule in
            try HTTPServer(
                routes: routes, rule: rule, host: "127.0.0.1", port: 0, requestSeconds: requestSeconds, logger: logger
            ) { found.yield($0) }
        }
        servers.append(
            UnixHTTPServer(
                routes: api.routes, rule: .trust, path: socket, logger: logger
            ) { signal.yield() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            let services = ServiceGroup(services: servers, logger: logger)
            group.addTask { try await services.run() }
            var places: [RawConnection.Place] = []
            for await port in ports {
                places.append(.port(port))
                if places.count == sites.count { break }
            }
            for await _ in bound { break }
            try await body(places + [.socket(socket)])
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }
}
