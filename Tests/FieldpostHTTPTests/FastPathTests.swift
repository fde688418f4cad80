import FieldpostAPI
import FieldpostCore
import FieldpostNode
import FieldpostStore
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import TestKit
import Testing

@testable import FieldpostHTTP

/// A new report gets the same answer on the fast path as through the library.
@Suite(.timeLimit(.minutes(5))) struct FastPathTests {
    struct Sent: Sendable {
        let fields: String
        let body: [UInt8]
        let line: String
        /// Whether the fast path answers it.
        let isFast: Bool

        var bytes: [UInt8] {
            Array("\(line)\r\nHost: a\r\n\(fields)Content-Length: \(body.count)\r\n\r\n".utf8) + body
        }
    }

    private static let json = "Content-Type: application/json\r\n"

    private static func fast(_ body: String, _ fields: String = "") -> Sent {
        Sent(fields: json + fields, body: Array(body.utf8), line: "POST /v1/reports HTTP/1.1", isFast: true)
    }

    private static func ordinary(
        _ body: String = "{}", _ fields: String = json, line: String = "POST /v1/reports HTTP/1.1"
    ) -> Sent {
        Sent(fields: fields, body: Array(body.utf8), line: line, isFast: false)
    }

    private static func id(_ number: Int) -> String {
        #""id":"0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b\#(number)""#
    }

    private static let full = """
        {\(id(10)), "channel": "terminal", "category": "AQ03", "text": "消防\\"通道\\"\\n被占用\\u0001",
        "stage": "dispatched",
        "location": {"lat": 22.6312345, "lon": -0.5, "datum": "gcj02", "accuracy": 12.5}, "department": "城管",
        "captured_at": "2018-05-01T08:30:00+08:00", "device": "T-17", "reporter": "王敏", "priority": "urgent",
        "grid": "BT-03", "author": "李雷"}
        """

    private static let requests: [Sent] = [
        fast(full),
        // A repeat is shown as the journal holds it.
        Sent(fields: json, body: Array(full.utf8), line: "POST /v1/reports HTTP/1.1", isFast: false),
        fast(full, "Prefer: return=minimal\r\n"),
        fast(#"{\#(id(10)), "channel": "terminal"}"#),
        fast(#"{\#(id(10)), "channel": "terminal"}"#, "Idempotency-Key: another\r\n"),
        fast(
            #"{"channel": "sensor", "category": "XX99"}"#, "Idempotency-Key: \"a-key\"\r\n"),
        fast(#"{"channel": "app", "text": ""}"#, "Idempotency-Key: 0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b11\r\n"),
        fast(#"{\#(id(12)), "channel": "app", "location": [1e999], "captured_at": "soon"}"#),
        fast(#"{\#(id(13)), "channel": "app", "location": {"lat": 1, "lon": 2, "accuracy": -1}}"#),
        fast(#"{\#(id(14)), "channel": "app", "captured_at": "0000-01-01T00:00:00Z", "text": "\ud83d\ude00"}"#),
        fast(#"{\#(id(15)), "channel": "app"}"#, "Prefer: respond-async, return=minimal; foo=bar\r\n"),
        fast(#"{\#(id(16)), "channel": "app"}"#, "Prefer: return=representation\r\n"),
        fast(#"{\#(id(17)), "channel": "app"}"#, "X-Other: x\r\n"),
        fast("{"), fast("[]"), fast("7"), fast("{}"), fast(#"{"channel": "terminal",}"#),
        fast("{\"channel\": \"app\u{0}\"}"),
        fast(#"{"channel": "app", "channel": "app"}"#), fast(#"{"chanel": "app", "who/knows~": 1}"#),
        fast(#"{"channel": "telegraph", "priority": 1, "text": null, "id": "x"}"#),
        fast(#"{"channel": "app", "text": "\#(String(repeating: "长", count: 9_000))"}"#),
        fast(#"{"channel": "app", "text": "\ud83d"}"#),
        Sent(fields: json, body: [0x7B, 0xFF, 0x7D], line: "POST /v1/reports HTTP/1.1", isFast: true),
        Sent(
            fields: "content-type: Application/JSON; charset=\"utf-8\"\r\n",
            body: Array(#"{\#(id(18)), "channel": "app"}"#.utf8), line: "POST /v1/reports HTTP/1.1", isFast: true),
        ordinary("{}", "Content-Type: text/plain\r\n"), ordinary("{}", ""), ordinary("{}", json + json),
        ordinary("{}", json + "Content-Encoding: br\r\n"),
        ordinary(#"{\#(id(19)), "channel": "app"}"#, json + "Content-Encoding: identity\r\n"),
        ordinary("{}", json + "Idempotency-Key: a b\r\n"),
        ordinary("{}", json + "Idempotency-Key: a\r\n" + "Idempotency-Key: b\r\n"),
        ordinary(""), ordinary("{}", line: "POST /v1/reports?a=b HTTP/1.1"),
        ordinary(#"{\#(id(20)), "channel": "app"}"#, json + "Prefer: a\r\nPrefer: return=minimal\r\n"),
        ordinary(#"{\#(id(21)), "channel": "app"}"#, json + "Connection: close\r\n"),
        ordinary(#"{\#(id(22)), "channel": "app"}"#, line: "POST /v1/reports HTTP/1.0"),
        ordinary(
            #"{\#(id(23)), "channel": "app"}"#, json + "Connection: keep-alive\r\n", line: "POST /v1/reports HTTP/1.0"),
    ]

    @Test func `both ways give the same answers, byte by byte`() async throws {
        let nodes = try [TestNode(in: Incarnation(7)), TestNode(in: Incarnation(7))]
        let sites = try [Site(nodes[0]), Site(nodes[1], isFast: false)]
        try await Site.with(sites) { places in
            var connections = try places.map { try RawConnection(to: $0) }
            for sent in Self.requests {
                let before = sites[0].ordinary.value
                var answers: [RawConnection.Answer] = []
                for connection in connections {
                    connection.send(sent.bytes)
                    answers.append(try #require(await connection.answer(isHead: false), "\(sent)"))
                }
                #expect(answers[0].undated == answers[1].undated, "\(sent)")
                #expect(answers[0].field("date") != nil)
                if sent.isFast { #expect(sites[0].ordinary.value == before, "\(sent)") }
                if answers[1].field("connection") == "close" || sent.line.hasSuffix("1.0") {
                    connections = try places.map { try RawConnection(to: $0) }
                }
            }
        }
        #expect(sites[1].ordinary.value >= Self.requests.count - 2)
    }

    @Test func `every kind of problem has the same form on both ways`() throws {
        for kind in Problem.Kind.allCases {
            var bytes = ByteBuffer()
            try Answer(Problem(kind, "x")).write(to: &bytes, date: "now")
            let status = Response(try Answer(Problem(kind, "x"))).status
            // What NIO makes of it for the library.
            let written = HTTPResponseStatus(statusCode: status.code, reasonPhrase: status.reasonPhrase)
            #expect(String(buffer: bytes).hasPrefix("HTTP/1.1 \(written.code) \(written.reasonPhrase)\r\n"))
        }
    }

    @Test(arguments: [1, 7, 100]) func `answers come in order, however the requests are cut and mixed`(
        piece: Int
    ) async throws {
        let node = try TestNode(in: Incarnation(7))
        let site = try Site(node)
        let other = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        let all =
            Self.fast(#"{\#(Self.id(10)), "channel": "app"}"#).bytes + Array(other.utf8)
            + Self.fast("{").bytes + Self.fast(#"{\#(Self.id(11)), "channel": "app"}"#).bytes
            + Self.fast(#"{\#(Self.id(11)), "channel": "app"}"#).bytes + Array(other.utf8) + Array(other.utf8)
            + Self.fast(#"{\#(Self.id(12)), "channel": "app"}"#).bytes
        try await Site.with([site]) { places in
            let connection = try RawConnection(to: places[0])
            for start in stride(from: 0, to: all.count, by: piece) {
                connection.send(Array(all[start..<min(start + piece, all.count)]))
            }
            for status in [201, 200, 400, 201, 201, 200, 200, 201] {
                #expect(await connection.answer()?.status == status)
            }
            #expect(try await node.journal.head().seq == 3)
        }
    }

    @Test func `bodies take no more memory than the limit, over all connections`() throws {
        let node = try TestNode(in: Incarnation(7))
        let path = FastPath(
            ReportAPI(node: node).routes, rule: .trust, metrics: RouteMetrics(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let fast = try #require(path)
        let head = try RequestHead(
            Array("POST /v1/reports HTTP/1.1\r\nHost: a\r\n\(Self.json)Content-Length: \(Limits.requestBodyBytes)".utf8)
        )
        var held: [FastExchange] = []
        while true {
            let exchange = try #require(fast.begin(head, from: nil))
            guard fast.hold(exchange, bytes: .max) else {
                fast.forget(exchange)
                break
            }
            held.append(exchange)
        }
        #expect(held.count * Limits.requestBodyBytes == Limits.heldBodyBytes)
        fast.forget(held.removeLast())
        #expect(fast.hold(try #require(fast.begin(head, from: nil)), bytes: .max))
    }

    @Test func `a client that ends its side gets its answer, and then the end`() async throws {
        let site = try Site(try TestNode(in: Incarnation(7)))
        try await Site.with([site]) { places in
            let connection = try RawConnection(to: places[0])
            connection.send(Self.fast(#"{"channel": "app"}"#).bytes + Self.fast(#"{"channel": "app"}"#).bytes)
            connection.finish()
            #expect(await connection.answer()?.status == 201)
            #expect(await connection.answer()?.status == 201)
            #expect(await connection.isClosed())
            #expect(site.ordinary.value == 0)
        }
    }

    @Test func `a body that does not come is answered the ordinary way`() async throws {
        let node = try TestNode(in: Incarnation(7))
        let sites = try [Site(node, requestSeconds: 1), Site(node)]
        let begun = Array(Self.fast(#"{"channel": "app"}"#).bytes.dropLast(3))
        try await Site.with(sites) { places in
            let late = try RawConnection(to: places[0])
            late.send(begun)
            #expect(await late.answer()?.status == 408)
            #expect(await late.isClosed())
            let cut = try RawConnection(to: places[1])
            cut.send(begun)
            cut.finish()
            #expect(await cut.answer()?.status == 400)
            #expect(await cut.isClosed())
            #expect(sites.map(\.ordinary.value) == [1, 1])
        }
    }

    @Test func `a server that ends answers what it has begun`() async throws {
        let node = try TestNode(in: Incarnation(7))
        let site = try Site(node)
        let request = Self.fast(#"{"channel": "app"}"#).bytes
        let connection = Mutex<RawConnection?>(nil)
        try await withThrowingTaskGroup(of: Int?.self) { group in
            try await Site.with([site]) { places in
                let opened = try RawConnection(to: places[0])
                connection.withLock { $0 = opened }
                // Both come in one packet: once the first is answered, the second has begun.
                opened.send(request + request.dropLast(1))
                #expect(await opened.answer()?.status == 201)
                group.addTask {
                    try await Task.sleep(for: .milliseconds(200))
                    opened.send(Array(request.suffix(1)))
                    return await opened.answer()?.status
                }
            }
            #expect(try await group.next() == 201)
        }
        #expect(try await node.journal.head().seq == 2)
    }

    @Test func `a token that was shown before is known at once, until it is revoked`() async throws {
        let terminals = Terminals()
        let site = try Site(try TestNode(in: Incarnation(7)), rule: .credentials(terminals, LoginGate()))
        let token = "Authorization: Bearer \(terminals.token.text)\r\n"
        try await Site.with([site]) { places in
            let connection = try RawConnection(to: places[0])
            func status(_ body: String, _ fields: String) async -> Int? {
                connection.send(Self.fast(body, fields).bytes)
                return await connection.answer()?.status
            }
            #expect(await status(#"{"channel": "app"}"#, token) == 201)
            #expect(site.ordinary.value == 1)
            #expect(await status(#"{"channel": "app"}"#, token) == 201)
            #expect(await status(#"{"channel": "sensor"}"#, token) == 403)
            #expect(site.ordinary.value == 1)
            #expect(await status(#"{"channel": "app"}"#, "") == 401)
            #expect(await status(#"{"channel": "app"}"#, "Authorization: Bearer x\r\n") == 401)
            try await terminals.revokeAccess("T-1", author: "")
            #expect(await status(#"{"channel": "app"}"#, token) == 401)
            #expect(site.ordinary.value == 1, "callers that are not known reach no route")
        }
    }

    @Test func `residents have their rate and their channel on both ways`() async throws {
        for isFast in [true, false] {
            let limiter = RateLimiter(
                each: RateLimiter.Rate(burst: 3, perMinute: 1), all: RateLimiter.Rate(burst: 100, perMinute: 1))
            let site = try Site(
                try TestNode(in: Incarnation(7)), rule: .residents(ResidentRates(reports: limiter, writes: limiter)),
                isFast: isFast, residents: true)
            try await Site.with([site]) { places in
                let connection = try RawConnection(to: places[0])
                let reports = ["suishoupai", "app", "suishoupai", "suishoupai"]
                for (channel, status) in zip(reports, [201, 403, 201, 429]) {
                    connection.send(Self.fast(#"{"channel": "\#(channel)"}"#).bytes)
                    #expect(await connection.answer()?.status == status)
                }
            }
        }
    }
}

/// One terminal with one token.
private final class Terminals: AccessControl {
    let token = AccessToken.random()
    private let state = Mutex((isRevoked: false, isKnown: false))

    private var caller: Caller { .terminal(name: "T-1", channel: "app") }

    func caller(showing token: AccessToken) async throws -> Caller? {
        state.withLock { state in
            guard token == self.token, !state.isRevoked else { return nil }
            state.isKnown = true
            return caller
        }
    }

    func remembered(_ token: AccessToken) -> Caller? {
        state.withLock { token == self.token && $0.isKnown ? caller : nil }
    }

    func revokeAccess(_ name: String, author: String) async throws { state.withLock { $0 = (true, false) } }

    func account(named name: String) async throws -> Access? { nil }
    func remembers(_ password: String, of account: Access) -> Bool { false }
    func isRight(_ password: String, of account: Access?) async -> Bool { false }
    func accesses() async throws -> AccessList { throw AccessError.unknown("") }
    func give(_ request: AccessRequest, author: String) async throws -> NewAccess { throw AccessError.unknown("") }
}
