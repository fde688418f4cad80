import FieldpostCore
import FieldpostHTTP
import FieldpostJournal
import FieldpostStore
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite struct EditTests {
    @Test func `an edit sets the given fields, and null empties a field`() async throws {
        try await withAPI { api in
            let path = try await api.report(#""category": "AQ03", "text": "一", "grid": "BT-03""#)
            let edited = try await api.patch(path, #"{"text": "二", "grid": null, "author": "李雷"}"#)
            #expect(edited.status == 200)
            #expect(edited.text("fields.text") == "二")
            #expect(edited["fields.grid"] == nil)
            #expect(edited.text("fields.category") == "AQ03")
            #expect(edited["conflict"] as? Bool == false)
            #expect(edited.text("history.1.author") == "李雷")
            #expect(edited.count("history.1.fields") == 2)
            #expect(edited.count("traces") == 0)
            let shown = try await api.get(path)
            #expect(shown.tag == edited.tag)
        }
    }

    @Test func `two edits on the same version become siblings, and a third one resolves them`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let seen = try await api.get(path).tag
            let one = try await api.patch(path, #"{"category": "SZ01", "author": "甲"}"#, ["If-Match": seen])
            #expect(one["conflict"] as? Bool == false)
            let two = try await api.patch(path, #"{"category": "SZ02", "author": "乙"}"#, ["If-Match": seen])
            #expect(two.status == 200)
            #expect(two["conflict"] as? Bool == true)
            #expect(two.count("siblings.category") == 2)
            #expect(two.count("siblings") == 1)
            let authors = Set([two.text("siblings.category.0.author"), two.text("siblings.category.1.author")])
            #expect(authors == ["甲", "乙"])
            #expect(two.text("siblings.category.0.value") == two.text("fields.category"))
            #expect(two.text("siblings.category.0.label.major.code") == "SZ")
            #expect(try await api.get("/v1/reports?conflict=true").count("reports") == 1)

            let settled = try await api.patch(path, #"{"category": "SZ02"}"#, ["If-Match": two.tag])
            #expect(settled["conflict"] as? Bool == false)
            #expect(settled.text("fields.category") == "SZ02")
            #expect(settled.count("history") == 4)
        }
    }

    @Test func `without If-Match, or with a star, an edit has seen what the node holds`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            for headers in [[:], ["If-Match": "*"]] {
                let edited = try await api.patch(path, #"{"category": "SZ0\#(headers.count + 1)"}"#, headers)
                #expect(edited.status == 200)
                #expect(edited["conflict"] as? Bool == false)
            }
        }
    }

    @Test func `an edit of stage or department leaves a trace with its comment`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let seen = try await api.get(path).tag
            _ = try await api.patch(
                path, #"{"stage": "dispatched", "department": "龙岗供电局", "comment": "请现场核实"}"#, ["If-Match": seen])
            let edited = try await api.patch(path, #"{"department": "龙岗区水务局"}"#, ["If-Match": seen])
            #expect(edited.count("traces") == 2)
            #expect(edited.count("siblings.department") == 2)
            let traces = (0..<2).map { (edited.text("traces.\($0).department"), edited.text("traces.\($0).comment")) }
            #expect(traces.contains { $0 == ("龙岗供电局", "请现场核实") })
            #expect(traces.contains { $0 == ("龙岗区水务局", nil) })
        }
    }

    @Test func `an edit that is repeated with its key is done once`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let key = ["Idempotency-Key": "edit-1"]
            let first = try await api.patch(path, #"{"stage": "filed"}"#, key)
            let again = try await api.patch(path, #"{"stage": "filed"}"#, key)
            #expect(again.status == 200)
            #expect(again.tag == first.tag)
            #expect(again.count("history") == 2)
            #expect(again.count("traces") == 1)
            let other = try await api.post(path + "/notes", #"{"text": "x"}"#, key)
            #expect(other.problem == "key-reused")
        }
    }

    @Test func `notes add up`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let seen = try await api.get(path).tag
            _ = try await api.post(path + "/notes", #"{"text": "已到现场", "author": "甲"}"#, ["If-Match": seen])
            let second = try await api.post(path + "/notes", #"{"text": "已清理"}"#, ["If-Match": seen])
            #expect(second.status == 201)
            #expect(second.headers[.location] == path)
            #expect(second.count("notes") == 2)
            #expect(second["conflict"] as? Bool == false)
            let texts = Set([second.text("notes.0.text"), second.text("notes.1.text")])
            #expect(texts == ["已到现场", "已清理"])
        }
    }

    @Test func `an old or forged version counts as far as it can be true`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let version = ReportVersion(
                context: VersionVector([(api.node.journal.origin, Limits.seq)]), depth: Limits.depth - 1)
            let answer = try await api.patch(path, #"{"text": "二"}"#, ["If-Match": tag(version)])
            #expect(answer.status == 200)
            #expect(answer.text("fields.text") == "二")
            // The false claim hides nothing later.
            _ = try await api.patch(path, #"{"text": "三"}"#)
            #expect(try await api.get(path).text("fields.text") == "三")
        }
    }

    @Test func `equal sibling values are one value with two authors`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let seen = try await api.get(path).tag
            for author in ["甲", "乙", "丙"] {
                let text = author == "丙" ? "别的" : "一样"
                let body = #"{"text": "\#(text)", "author": "\#(author)"}"#
                _ = try await api.patch(path, body, ["If-Match": seen])
            }
            let report = try await api.get(path)
            #expect(report.count("siblings.text") == 2)
            let index = report.text("siblings.text.0.value") == "一样" ? 0 : 1
            let authors = [
                report.text("siblings.text.\(index).author"), report.text("siblings.text.\(index).also.0.author"),
            ]
            #expect(Set(authors) == ["甲", "乙"])
        }
    }

    @Test func `long lists are paged from their end`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            for number in 0..<250 {
                let answer = try await api.post(path + "/notes", #"{"text": "\#(number)"}"#)
                #expect(answer.status == 201)
                if number == 200 { #expect(answer.text("more.notes.next") == path + "/notes") }
            }
            let report = try await api.get(path)
            #expect(report.count("notes") == 200)
            #expect(report["more.notes.earlier"] as? Int == 50)
            let page = try await api.get(try #require(report.text("more.notes.next")))
            #expect(page.count("notes") == 50)
            #expect(page["more"] == nil)
            let history = try await api.get(path + "/history?limit=100")
            #expect(history.count("history") == 100)
            #expect(history["more.earlier"] as? Int == 151)
            #expect(try await api.get(path + "/history?before=nothing").problem == "bad-query")
            #expect(try await api.get(path + "/traces?limit=0").problem == "bad-query")
            #expect(try await api.get("/v1/reports/\(ReportID.random())/notes").problem == "unknown-report")
        }
    }

    @Test func `a client that has the version gets no body`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let seen = try await api.get(path).tag
            let held = try await api.get(path, ["If-None-Match": "\"x\", W/\(seen)"])
            #expect(held.status == 304)
            #expect(held.tag == seen)
            _ = try await api.patch(path, #"{"text": "二"}"#)
            #expect(try await api.get(path, ["If-None-Match": seen]).status == 200)
        }
    }
}
