import FaultDisk
import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import FieldpostHTTP

/// The change feed through the API. What it tells in which order is tested at the journal.
@Suite struct ChangeTests {
    private static func lines(_ api: API, _ query: String, wait: Int? = nil) async throws -> [[String: Any]] {
        var headers = HTTPFields()
        if let wait, let name = HTTPField.Name("Prefer") { headers[name] = "wait=\(wait)" }
        let response = try await api.client.executeRequest(
            uri: "/v1/changes\(query)", method: .get, headers: headers, body: nil)
        try #require(response.status == .ok)
        #expect(response.headers[.contentType] == "application/x-ndjson")
        return try String(buffer: response.body).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    private static func texts(_ lines: [[String: Any]], _ key: String) -> [String] {
        lines.compactMap { $0[key] as? String }
    }

    @Test func `pages go on with cursors, and tell each change once`() async throws {
        try await withAPI { api in
            var reports: [String] = []
            for number in 0..<5 {
                let path = try await api.report(#""text": "第\#(number)件", "category": "AQ03""#)
                reports.append(String(path.dropFirst("/v1/reports/".count)))
            }
            let edit = try await api.patch("/v1/reports/\(reports[2])", #"{"text": "改", "author": "王敏"}"#)
            #expect(edit.status == 200)
            var (since, told): (String, [[String: Any]]) = ("0", [])
            while true {
                let page = try await Self.lines(api, "?limit=2&since=\(since)")
                let last = try #require(page.last)
                #expect(last["type"] as? String == "cursor" && page.count <= 3)
                told += page.dropLast()
                since = try #require(last["cursor"] as? String)
                if last["more"] as? Bool == false { break }
            }
            #expect(Self.texts(told, "report") == reports + [reports[2]])
            #expect(told.map { $0["kinds"] as? [String] } == Array(repeating: ["created"], count: 5) + [["changed"]])
            #expect(told[5]["author"] as? String == "王敏" && (told[5]["fields"] as? [String: Any])?["text"] != nil)
            #expect(try await Self.lines(api, "?since=\(since)").count == 1)
            // Each line has the cursor after it.
            let middle = try #require(told[3]["cursor"] as? String)
            #expect(Self.texts(try await Self.lines(api, "?since=\(middle)"), "report") == [reports[4], reports[2]])
            #expect(try await Self.lines(api, "?kind=changed&report=\(reports[2])").count == 2)
            #expect(try await Self.lines(api, "?category=SZ01").count == 1)
        }
    }

    @Test func `a request that waits is answered by the next change`() async throws {
        try await withAPI { api in
            _ = try await api.report()
            let since = try #require(try await Self.lines(api, "?since=now").last?["cursor"] as? String)
            let nothing = try await Self.lines(api, "?since=\(since)", wait: 0)
            #expect(nothing.count == 1 && nothing[0]["cursor"] as? String == since)
            async let waiting = Self.lines(api, "?since=\(since)", wait: 30)
            let path = try await api.report()
            let told = try await waiting
            #expect(told.count == 2 && told[0]["report"] as? String == String(path.dropFirst("/v1/reports/".count)))
        }
    }

    @Test func `a cursor of another history is answered by a reset`() async throws {
        try await withAPI { api in
            for _ in 0..<3 { _ = try await api.report() }
            let present = api.node.journal.origin.incarnation
            let end = api.node.journal.changesEnd
            for cursor in [ChangeCursor(Incarnation(7), 2), ChangeCursor(present, end + 1)] {
                let told = try await Self.lines(api, "?since=\(cursor.text)", wait: 30)
                #expect(Self.texts(told, "type") == ["reset", "cursor"])
                #expect(Set(Self.texts(told, "cursor")) == [ChangeCursor(present, end).text])
                #expect((told[0]["detail"] as? String)?.contains("since=0") == true)
            }
            #expect(try await Self.lines(api, "?since=\(ChangeCursor(present, end).text)").count == 1)
        }
    }

    @Test(arguments: ["since=x", "since=-1", "since=7", "kind=all", "kind=", "report=7", "grid=", "limit=0", "text=a"])
    func `a query that cannot be understood is refused`(query: String) async throws {
        try await withAPI { api in
            let answer = try await api.get("/v1/changes?" + query)
            #expect(answer.status == 400 && answer.problem == "bad-query")
            #expect(answer.text("errors.0.parameter").map { query.hasPrefix($0 + "=") } == true)
        }
    }

    @Test func `cursors are read back, and nothing else is one`() {
        let cursor = ChangeCursor(Incarnation(UInt128.max - 5), 1 << 40)
        #expect(ChangeCursor(text: cursor.text) == cursor)
        for text in ["", "0", String(cursor.text.dropLast()), cursor.text + "A", ListingCursor(before: 3).text] {
            #expect(ChangeCursor(text: text) == nil, "\(text)")
        }
    }
}
