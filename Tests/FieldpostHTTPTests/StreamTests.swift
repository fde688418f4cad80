import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import TestKit
import Testing

@testable import FieldpostHTTP

/// Many reports in one request.
@Suite(.timeLimit(.minutes(5))) struct StreamTests {
    private typealias Line = [String: Any]

    private static let type = "Content-Type: application/x-ndjson\r\n"

    private static func id(_ number: Int) -> String {
        "0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a" + String(10_000 + number).dropFirst(1)
    }

    private static func report(_ number: Int, _ more: String = "") -> String {
        #"{"id": "\#(id(number))", "channel": "app"\#(more)}"#
    }

    private static func lines(_ text: String) throws -> [Line] {
        try text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? Line)
        }
    }

    private func send(_ text: String, to api: API, _ headers: [String: String] = [:]) async throws -> (Int, String) {
        var fields: HTTPFields = [.contentType: "application/x-ndjson; charset=utf-8"]
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let response = try await api.client.executeRequest(
            uri: "/v1/reports", method: .post, headers: fields, body: ByteBuffer(string: text))
        return (response.status.code, String(buffer: response.body))
    }

    private func problem(_ line: Line) -> String? {
        ((line["problem"] as? Line)?["type"] as? String)?.replacing("urn:fieldpost:problem:", with: "")
    }

    @Test func `each line has an answer line of its own, and a bad one does not stop the others`() async throws {
        try await withAPI { api in
            let key = #", "idempotency_key": "k-7""#
            let text = [
                Self.report(1), "", #"{"channel": "telegraph"}"#, "{", Self.report(1), "[]", Self.report(2, key),
                Self.report(1, #", "text": "other""#), Self.report(2, key), Self.report(3, key), " \t\r",
                Self.report(4, #", "idempotency_key": "a b""#), Self.report(5, #", "spelt": 1"#) + "\r",
                #"{"channel": "sensor"}"#,
            ].joined(separator: "\n")
            let (status, body) = try await send(text, to: api)
            #expect(status == 200)
            let lines = try Self.lines(body)
            let statuses = lines.map { $0["status"] as? Int }
            #expect(statuses == [201, 422, 400, 201, 400, 201, 409, 201, 409, 422, 400, 201])
            #expect(
                lines.map(problem) == [
                    nil, "invalid-value", "malformed-json", nil, "malformed-json", nil, "key-reused", nil, "key-reused",
                    "invalid-value", "unknown-key", nil,
                ])
            #expect(lines[0]["id"] as? String == Self.id(1) && lines[0]["replayed"] == nil)
            #expect(lines[3]["replayed"] as? Bool == true && lines[7]["replayed"] as? Bool == true)
            #expect(lines[0]["etag"] as? String == lines[3]["etag"] as? String)
            let shown = try await api.get("/v1/reports/" + Self.id(1))
            #expect(shown.tag == lines[0]["etag"] as? String)
            #expect(try await api.node.journal.head().seq == 3)
        }
    }

    @Test func `thousands of lines are answered in their order`() async throws {
        try await withAPI { api in
            let text = (0..<3_000).map { Self.report($0) + "\n" }.joined()
            let lines = try Self.lines(try await send(text, to: api).1)
            #expect(lines.map { $0["id"] as? String } == (0..<3_000).map { Self.id($0) })
            #expect(lines.allSatisfy { $0["status"] as? Int == 201 })
            #expect(try await api.node.journal.head().seq == 3_000)
        }
    }

    @Test func `a line that is too long ends the stream with the reason`() async throws {
        try await withAPI { api in
            let long = Self.report(2, #", "text": "\#(String(repeating: "a", count: Limits.requestBodyBytes))""#)
            let (status, body) = try await send(
                [Self.report(1), long, Self.report(3)].joined(separator: "\n"), to: api)
            let lines = try Self.lines(body)
            #expect(status == 200 && lines.map { $0["status"] as? Int } == [201, 413])
            #expect(problem(lines[1]) == "too-large")
            #expect(try await api.node.journal.head().seq == 1)
        }
    }

    @Test(arguments: [
        ("Idempotency-Key", "a", 400), ("Content-Encoding", "gzip", 415), ("Content-Encoding", "br", 415),
    ])
    func `what belongs to one report is refused for a stream`(name: String, value: String, status: Int) async throws {
        try await withAPI { api in
            let (given, _) = try await send(Self.report(1), to: api, [name: value])
            #expect(given == status)
            #expect(try await api.node.journal.head().seq == 0)
        }
    }

    @Test func `a line is answered before the next one is sent, and a stream that is cut says so`() async throws {
        let node = try TestNode(in: Incarnation(7))
        try await Site.with([try Site(node)]) { places in
            let connection = try RawConnection(to: places[0])
            connection.send(
                Array("POST /v1/reports HTTP/1.1\r\nHost: a\r\n\(Self.type)Transfer-Encoding: chunked\r\n\r\n".utf8))
            func send(_ text: String) {
                connection.send(Array("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n".utf8))
            }
            send(Self.report(1) + "\n" + Self.report(2).prefix(9))
            var text = try #require(await connection.answer()).head
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.contains("\r\nconnection: close\r\n"), "\(text)")
            text = String(decoding: await connection.bytes(atMost: 10).bytes, as: UTF8.self)
            #expect(text.contains("{"))
            #expect(try await node.journal.head().seq == 1)
            send(Self.report(2).dropFirst(9) + "\n" + "{")
            connection.finish()
            text = String(decoding: await connection.bytes(atMost: 1 << 16).bytes, as: UTF8.self)
            #expect(
                text.contains(Self.id(2)) && text.contains("ended too early") && text.hasSuffix("0\r\n\r\n"), "\(text)")
            #expect(try await node.journal.head().seq == 2)
        }
    }

    @Test func `residents send one report a request`() async throws {
        let site = try Site(
            try TestNode(in: Incarnation(7)), rule: .residents(.forResidents()), residents: true)
        try await Site.with([site]) { places in
            let connection = try RawConnection(to: places[0])
            connection.send(
                Array("POST /v1/reports HTTP/1.1\r\nHost: a\r\n\(Self.type)Content-Length: 2\r\n\r\n{}".utf8))
            #expect(await connection.answer()?.status == 415)
        }
    }

    @Test func `an access that is revoked ends the stream`() async throws {
        let isRevoked = Mutex(false)
        try await withAPI { api in
            let (parts, source) = AsyncStream<ByteBuffer>.makeStream()
            let stream = ReportStream(
                api: ReportAPI(node: api.node), inSum: StreamedReports(), problems: ProblemLog(logger: Self.logger))
            source.yield(ByteBuffer(string: Self.report(1) + "\n"))
            let identify: @Sendable () async throws -> Caller = {
                if isRevoked.withLock({ $0 }) { throw Problem.unauthenticated("Authentication failed.") }
                return .terminal(name: "T-1", channel: "app")
            }
            let window = AnswerWindow<LineOutcome>(StreamedReports())
            async let reading: Void = stream.read(RequestBody(asyncSequence: parts), into: window, identify)
            var outcomes = await window.next()
            isRevoked.withLock { $0 = true }
            source.yield(ByteBuffer(string: Self.report(2) + "\n"))
            source.finish()
            while true {
                let more = await window.next()
                if more.isEmpty { break }
                outcomes += more
            }
            await reading
            guard case .refused(let problem) = outcomes.last else { throw Problem.internalError }
            #expect(outcomes.count == 2 && problem.kind == .unauthenticated)
            #expect(try await api.node.journal.head().seq == 1)
        }
    }

    // MARK: Parts

    @Test(arguments: 1...20) func `lines do not depend on how the body is cut`(piece: Int) throws {
        let text = Array("a\n\nbc\r\n\("d" + String(repeating: "e", count: 30))\nf".utf8)
        var splitter = LineSplitter()
        var lines: [String] = []
        for start in stride(from: 0, to: text.count, by: piece) {
            splitter.append(ByteBuffer(bytes: text[start..<min(start + piece, text.count)]))
            while let line = try splitter.next() { lines.append(String(decoding: line, as: UTF8.self)) }
        }
        lines.append(String(decoding: splitter.last(), as: UTF8.self))
        #expect(lines == ["a", "", "bc\r", "d" + String(repeating: "e", count: 30), "f"])
    }

    @Test func `a line without an end takes no more memory than the limit`() {
        var splitter = LineSplitter()
        let part = ByteBuffer(repeating: UInt8(ascii: "a"), count: Limits.requestBodyBytes)
        splitter.append(part)
        #expect(throws: Never.self) { try splitter.next() }
        splitter.append(ByteBuffer(string: "a"))
        #expect(throws: LineSplitter.TooLong()) { try splitter.next() }
    }

    @Test func `a window bounds the lines without an answer, and keeps their order`() async throws {
        let window = AnswerWindow<Int>(StreamedReports())
        let added = Site.Count()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<(2 * Limits.streamWindow) {
                    guard let number = await window.add() else { return }
                    #expect(number == added.value)
                    added.add()
                }
                window.finish(-1)
            }
            while added.value < Limits.streamWindow { await Task.yield() }
            for _ in 0..<100 { await Task.yield() }
            #expect(added.value == Limits.streamWindow)
            for number in (0..<Limits.streamWindow).reversed() { window.set(number, number) }
            var outcomes = await window.next()
            #expect(outcomes == Array(0..<Limits.streamWindow))
            while added.value < 2 * Limits.streamWindow { await Task.yield() }
            for number in (Limits.streamWindow..<(2 * Limits.streamWindow)).reversed() { window.set(number, number) }
            outcomes = []
            while true {
                let more = await window.next()
                if more.isEmpty { break }
                outcomes += more
            }
            #expect(outcomes == Array(Limits.streamWindow..<(2 * Limits.streamWindow)) + [-1])
        }
    }

    @Test func `many streams together have few reports in the journal, and each goes on`() async {
        let inSum = StreamedReports()
        for _ in 0..<Limits.streamedReports { inSum.add() }
        let window = AnswerWindow<Int>(inSum)
        #expect(await window.add() == 0)
        async let second = window.add()
        for _ in 0..<100 { await Task.yield() }
        window.set(0, 0)
        #expect(await second == 1)
        async let third = window.add()
        for _ in 0..<100 { await Task.yield() }
        window.abandon()
        #expect(await third == nil)
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
