import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import MediaSamples
import NIOCore
import TestKit
import Testing

@testable import FieldpostHTTP

/// The pages as the node serves them, the form without a script, and what only the pages ask for.
@Suite(.timeLimit(.minutes(5))) struct SiteTests {
    private static let pages: String = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/FieldpostHTTP/Pages").path

    /// The ports of residents and of staff, at one node.
    private struct Desk: Sendable {
        let residents: API
        let staff: API
        let node: TestNode
    }

    private static let evil = #"<script>alert("南坑")</script>&'"#

    private func withDesk(_ body: @escaping @Sendable (Desk) async throws -> Void) async throws {
        let node = try TestNode()
        defer { node.remove() }
        let facts = SiteFacts(
            station: Self.evil, role: .gateway, grids: ["10014", "10018"], secureURL: "https://nk.example.cn/"
        ) { node.clock.milliseconds > 0 }
        let reports = ReportAPI(node: node)
        let form = FormAPI(node: node, facts: facts).route
        let site = SiteAPI(node: node, reports: reports, pages: try PageFiles(directory: Self.pages), facts: facts)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let often = RateLimiter(
            each: .init(burst: 1_000, perMinute: 1_000), all: .init(burst: 1_000, perMinute: 1_000))
        let residents = Router.serving(
            reports.residentRoutes + [form] + site.residentRoutes,
            rule: .residents(ResidentRates(reports: often, writes: often)), logger: logger)
        try await Application(router: residents, logger: logger).test(.router) { atResidents in
            let staff = Router.serving(reports.routes + [form] + site.staffRoutes, rule: .trust, logger: logger)
            try await Application(router: staff, logger: logger).test(.router) { atStaff in
                try await body(
                    Desk(
                        residents: API(client: atResidents, node: node), staff: API(client: atStaff, node: node),
                        node: node))
            }
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Files

    @Test func `each port serves its own page and what that needs, compressed and with tags`() async throws {
        try await withDesk { desk in
            for (port, path, other) in [(desk.residents, "/", "/staff"), (desk.staff, "/staff", "/")] {
                let page = try await port.file(.get, path, nil)
                #expect(page.answer.status == 200 && page.answer.headers[.contentType] == "text/html; charset=utf-8")
                #expect(page.answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; ") == true)
                #expect(page.answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(try await port.get(other).status == 404)
                let worker = try await port.file(.get, "/sw.js", nil)
                #expect(worker.answer.headers[.cacheControl] == "no-store")
                let line = try #require(Self.text(worker.bytes).split(separator: "\n").first)
                let start = try #require(line.firstIndex(of: "{"))
                let shell = try #require(
                    try JSONSerialization.jsonObject(with: Data(line[start...].dropLast().utf8)) as? [String: Any])
                let files = try #require(shell["files"] as? [String])
                #expect(files.contains(path) && files.count > 5)
                for file in files {
                    let plain = try await port.file(.get, file, nil)
                    #expect(plain.answer.status == 200, "\(file)")
                    let tag = try #require(plain.answer.headers[.eTag])
                    #expect(try await port.get(file, ["If-None-Match": tag]).status == 304)
                    let zipped = try await port.file(.get, file, nil, ["Accept-Encoding": "br, gzip"])
                    if zipped.answer.headers[.contentEncoding] == "gzip" {
                        #expect(zipped.bytes.count < plain.bytes.count)
                        #expect(try ContentCoding([.contentEncoding: "gzip"]).decoded(zipped.bytes) == plain.bytes)
                    } else {
                        #expect(zipped.bytes == plain.bytes)
                    }
                }
                #expect(try await port.get("/shared/none.js").status == 404)
                #expect(try await port.get("/shared/..%2Findex.html").status == 404)
                #expect(try await port.send(.head, path, nil).status == 200)
                #expect(try await port.post(path, "{}").status == 405)
            }
        }
    }

    @Test func `the page has the station, the categories and the grids in it, as text`() async throws {
        try await withDesk { desk in
            let page = Self.text(try await desk.residents.file(.get, "/", nil).bytes)
            #expect(!page.contains("<!--") && !page.contains(Self.evil))
            #expect(page.contains("&lt;script&gt;alert(&quot;南坑&quot;)&lt;/script&gt;&amp;&#39;"))
            let categories = Catalogue.standard.categories.filter { !$0.isRetired }
            #expect(categories.allSatisfy { page.contains("<option value=\"\($0.code)\">") })
            #expect(page.contains("<option value=\"10014\">"))
        }
    }

    @Test func `the form asks for what everybody may know`() async throws {
        try await withDesk { desk in
            for port in [desk.residents, desk.staff] {
                let form = try await port.get("/v1/form")
                #expect(form.text("station") == Self.evil && form.text("role") == "gateway")
                #expect(form.count("categories") == 71 && form.text("categories.0.major.code") == "AQ")
                #expect((form.count("categories.0.words") ?? 0) > 3)
                #expect(form.text("grids.0.code") == "10014" && form["limits.files"] as? Int == Limits.residentFiles)
                #expect(form["secure.ready"] as? Bool == true && form["contact"] as? Bool == false)
            }
            desk.node.clock.milliseconds = 0
            #expect(try await desk.residents.get("/v1/form")["secure.ready"] as? Bool == false)
        }
    }

    // MARK: Without a script

    private static let boundary = "----x"
    private static let type = [
        "Content-Type": "multipart/form-data; boundary=\(boundary)", "User-Agent": "old phone",
    ]

    private static func form(
        _ texts: [(String, String)], photo: [UInt8]? = nil, named file: String = "a.jpg"
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, text) in texts {
            bytes += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n".utf8)
        }
        let name = photo == nil ? "" : file
        let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"scene\"; filename=\"\(name)\""
        bytes += Array((head + "\r\nContent-Type: image/jpeg\r\n\r\n").utf8) + (photo ?? []) + Array("\r\n".utf8)
        return bytes + Array("--\(boundary)--\r\n".utf8)
    }

    private static let filled = [
        ("category", "AQ01"), ("grid", "10014"), ("text", "三单元楼道有人充电" + evil), ("place", "5 栋" + evil),
    ]

    private static func secret(in page: String) throws -> String {
        String(try #require(page.firstMatch(of: /name="secret" value="([A-Za-z0-9_-]{22})"/)?.1))
    }

    @Test func `a form without a script makes a report once, and its receipt shows it`() async throws {
        try await withDesk { desk in
            let form = Self.form(
                Self.filled, photo: SampleJPEG.bytes(exif: SampleExif.full.tiff),
                named: "<img src=x onerror=alert(1)>.jpg")
            let sent = try await desk.residents.file(.post, "/report", form, Self.type)
            let page = Self.text(sent.bytes)
            #expect(sent.answer.status == 201 && page.contains("已收到") && !page.contains("<script"), "\(page)")
            let again = try await desk.residents.file(.post, "/report", form, Self.type)
            let secret = try Self.secret(in: page)
            #expect(try Self.secret(in: Self.text(again.bytes)) == secret)
            let list = try await desk.staff.get("/v1/reports")
            #expect(list.count("reports") == 1)
            let report = try await desk.staff.get("/v1/reports/" + (try #require(list.text("reports.0.id"))))
            #expect(report.text("fields.channel") == "suishoupai" && report.text("fields.category") == "AQ01")
            #expect(report.text("fields.text") == "三单元楼道有人充电\(Self.evil)\n（地点：5 栋\(Self.evil)）")
            #expect(report.count("attachments") == 1 && report.text("attachments.0.role") == "scene")
            let receipt = try await desk.residents.get("/v1/receipt", ["Authorization": "Receipt \(secret)"])
            #expect(receipt.text("stage.code") == "received" && receipt.text("held_at") == "gateway")
            let shown = try await desk.residents.file(
                .post, "/receipt", Array("secret=\(secret)".utf8),
                ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(shown.answer.status == 201 && Self.text(shown.bytes).contains("电动车违规上楼充电"))
            // Another phone with the same words makes a report of its own.
            var other = Self.type
            other["User-Agent"] = "another phone"
            let elsewhere = try await desk.residents.file(.post, "/report", form, other)
            #expect(try Self.secret(in: Self.text(elsewhere.bytes)) != secret)
            #expect(try await desk.staff.get("/v1/reports").count("reports") == 2)
        }
    }

    @Test func `what is wrong with such a form is said on a page`() async throws {
        try await withDesk { desk in
            let long = String(repeating: "a", count: 140_000)
            for (form, status, words) in [
                (Self.form([("text", ""), ("category", "AQ01")]), 400, "还没有写内容"),
                (Self.form([("text", "x"), ("contact_phone", "1")]), 503, "请不填联系方式"),
                (Self.form([("text", long)]), 413, "太大"),
                (Self.form([("text", "x")], photo: Array("no photo".utf8)), 415, "不是照片"),
                (Self.form([("text", "x"), ("stage", "closed")]), 403, "没有收下"),
                (Self.form([("text", "x"), ("colour", Self.evil)]), 400, "没有收下"),
                (Array("x".utf8), 400, "没有收下"),
            ] {
                let answer = try await desk.residents.file(.post, "/report", form, Self.type)
                let page = Self.text(answer.bytes)
                #expect(answer.answer.status == status && page.contains(words), "\(status): \(page.prefix(900))")
                #expect(answer.answer.headers[.contentType] == "text/html; charset=utf-8")
                #expect(!page.contains("<script") && page.contains("role=\"alert\""))
            }
            for secret in ["", Self.evil, "AAAAAAAAAAAAAAAAAAAAAA"] {
                let shown = try await desk.residents.file(
                    .post, "/receipt", Array("secret=\(secret)".utf8),
                    ["Content-Type": "application/x-www-form-urlencoded"])
                #expect(shown.answer.status == 404 && !Self.text(shown.bytes).contains("<script"))
            }
            #expect(try await desk.staff.get("/v1/reports").count("reports") == 0)
        }
    }

    // MARK: Following

    @Test func `a resident follows a report nearby with a receipt of their own, and decides nothing`() async throws {
        try await withDesk { desk in
            func report(_ more: String) async throws -> String {
                let made = try await desk.staff.post(
                    "/v1/reports", #"{"channel": "terminal", "text": "李阿姨家门口", "reporter": "王敏", \#(more)}"#)
                return try #require(made.text("id"))
            }
            let first = try await report(#""category": "SZ05", "grid": "10014""#)
            let ended = try await report(#""category": "SZ05", "grid": "10014""#)
            _ = try await report(#""category": "AQ01", "grid": "10014""#)
            _ = try await report(#""category": "SZ05", "grid": "10018""#)
            #expect(
                try await desk.staff.post(
                    "/v1/reports/\(ended)/steps", #"{"step": "voided", "reason": "重复"}"#
                ).status == 201)
            let found = try await desk.residents.get("/v1/nearby?category=SZ05&grid=10014")
            #expect(found.count("reports") == 1 && !"\(found.body)".contains(first), "\(found.body)")
            let offer = found["reports.0"] as? [String: Any] ?? [:]
            #expect(Set(offer.keys) == ["id", "category", "grid", "age_seconds", "stage"])
            for query in ["", "?category=SZ05", "?grid=10014", "?category=SZ05&grid=10014&x=1"] {
                #expect(try await desk.residents.get("/v1/nearby" + query).status == 400)
            }
            desk.node.clock.milliseconds += 31 * 86_400_000
            #expect(try await desk.residents.get("/v1/nearby?category=SZ05&grid=10014").count("reports") == 0)
            desk.node.clock.milliseconds -= 31 * 86_400_000

            let secret = [UInt8](repeating: 9, count: 16)
            let hash = Hash256(hashing: secret).hex
            let handle = try #require(found.text("reports.0.id"))
            let body = #"{"report": "\#(handle)", "receipt": "\#(hash)"}"#
            #expect(try await desk.residents.post("/v1/follows", body).status == 201)
            #expect(try await desk.residents.post("/v1/follows", body).status == 200, "the same again")
            let handles = ReportHandle(secret: desk.node.handleSecret)
            let ended2 = try handles.text(for: try #require(ReportID(text: ended)))
            let other = #"{"report": "\#(ended2)", "receipt": "\#(hash)"}"#
            #expect(try await desk.residents.post("/v1/follows", other).problem == "key-reused")
            let shown = ["Authorization": "Receipt \(Base64URL.encode(secret))"]
            let view = try await desk.residents.get("/v1/receipt", shown)
            #expect(view.status == 200 && view["follows"] as? Bool == true, "\(view.body)")
            #expect(try await desk.residents.post("/v1/receipt/notes", #"{"text": "我家也是"}"#, shown).status == 201)
            #expect(try await desk.residents.post("/v1/receipt/withdraw", "{}", shown).problem == "forbidden")
            let rating = #"{"rating": "satisfied"}"#
            #expect(try await desk.residents.post("/v1/receipt/rating", rating, shown).problem == "forbidden")
            // Staff see how many follow, and nobody sees who.
            let seen = try await desk.staff.get("/v1/reports/" + first)
            #expect(seen["followers"] as? Int == 1 && seen.count("fields") == 5, "\(seen.body)")
            #expect(!"\(seen.body)".contains(hash))
            for wrong in [
                #"{"report": "\#(handle)", "receipt": "x"}"#, #"{"receipt": "\#(hash)"}"#, "{}",
            ] {
                #expect([400, 422].contains(try await desk.residents.post("/v1/follows", wrong).status))
            }
            let fresh = Hash256(hashing: [1]).hex
            let forged = (handle.hasPrefix("A") ? "B" : "A") + handle.dropFirst()
            for report in [first, "x", try handles.text(for: .random()), forged] {
                let nowhere = #"{"report": "\#(report)", "receipt": "\#(fresh)"}"#
                #expect(try await desk.residents.post("/v1/follows", nowhere).problem == "unknown-report", "\(report)")
            }
            // Two receipts whose fields have one name are no dispute.
            #expect(try await desk.staff.get("/v1/reports/" + first)["conflict"] as? Bool == false)
            let notes = try await desk.residents.get("/v1/receipt", shown)
            #expect(notes.text("notes.0.from") == "resident", "\(notes.body)")
        }
    }

    // MARK: QR codes

    @Test func `the secret link of a receipt comes as a QR code`() async throws {
        try await withDesk { desk in
            let secret = [UInt8](repeating: 3, count: 16)
            let report = #"{"channel": "suishoupai", "text": "x", "receipt": "\#(Hash256(hashing: secret).hex)"}"#
            #expect(try await desk.residents.post("/v1/reports", report).status == 201)
            let shown = ["Authorization": "Receipt \(Base64URL.encode(secret))"]
            let path = "/v1/receipt/qr?base=http://gw.example.cn:8090/"
            let image = try await desk.residents.file(.get, path, nil, shown)
            #expect(image.answer.status == 200 && image.answer.headers[.contentType] == "image/svg+xml")
            #expect(Self.text(image.bytes).hasPrefix("<svg "))
            #expect(try await desk.residents.get(path).status == 401)
            for base in ["", "?base=javascript:x", "?base=http://x/%22%3E", "?base=http://x/%23a"] {
                #expect(try await desk.residents.get("/v1/receipt/qr" + base, shown).status == 400, "\(base)")
            }
        }
    }
}
