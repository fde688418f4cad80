import FieldpostAPI
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
import Testing

@testable import FieldpostHTTP

/// What the reporter does who shows the receipt of a report, and what everybody else sees of it.
@Suite(.timeLimit(.minutes(5))) struct ReceiptTests {
    private static let secret: [UInt8] = Array(1...16)
    private static let shown = ["Authorization": "Receipt \(Base64URL.encode(secret))"]
    private static let start: Int64 = 1_525_134_600_000
    private static let day: Int64 = 86_400_000

    private static let reporting = #"""
        {"channel": "suishoupai", "category": "SZ05", "text": "李阿姨家门口路灯不亮", "reporter": "李阿姨", "grid": "10014",
         "receipt": "\#(Hash256(hashing: secret).hex)"}
        """#

    /// The ports of staff, of people who log in, and of residents, at one node.
    private struct Desk: Sendable {
        let staff: API
        let people: API
        let residents: API
        let path: String

        func step(_ code: String, _ more: String = "") async throws {
            let answer = try await staff.post(path + "/steps", #"{"step": "\#(code)"\#(more)}"#)
            #expect(answer.status == 201, "\(code): \(answer.body)")
        }

        func view(_ headers: [String: String] = shown) async throws -> API.Answer {
            try await residents.get("/v1/receipt", headers)
        }

        /// Without a limit of what is written, as at a socket.
        func write(_ end: String, _ body: String, key: String? = nil, at port: API? = nil) async throws -> API.Answer {
            var headers = ReceiptTests.shown
            if let key { headers["Idempotency-Key"] = key }
            return try await (port ?? staff).post("/v1/receipt/" + end, body, headers)
        }

        func login(_ name: String) -> [String: String] {
            ["Authorization": "Basic " + Data("\(name):role".utf8).base64EncodedString()]
        }
    }

    private func withDesk(_ body: @escaping @Sendable (Desk) async throws -> Void) async throws {
        let node = try TestNode()
        defer { node.remove() }
        try await withAPI(of: node) { staff in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let people = Router.serving(
                ReportAPI(node: node).routes, rule: .credentials(People(), LoginGate()), logger: logger)
            try await Application(router: people, logger: logger).test(.router) { atPeople in
                let residents = Router.serving(
                    ReportAPI(node: node).residentRoutes, rule: .residents(.forResidents()), logger: logger)
                try await Application(router: residents, logger: logger).test(.router) { atResidents in
                    let residents = API(client: atResidents, node: node)
                    let made = try await residents.post("/v1/reports", Self.reporting)
                    #expect(made.status == 201)
                    try await body(
                        Desk(
                            staff: staff, people: API(client: atPeople, node: node), residents: residents,
                            path: try #require(made.headers[.location])))
                }
            }
        }
    }

    /// What many requests at once are answered.
    private static func together<Value: Sendable>(
        _ count: Int, _ ask: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { group in
            for number in 1...count { group.addTask { try await ask(number) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    // MARK: Seeing

    @Test func `the holder of a receipt sees what became of the report, in everyday words`() async throws {
        try await withDesk { desk in
            let new = try await desk.view()
            #expect(new.status == 200 && new.headers[.cacheControl] == "no-store")
            #expect(new.text("state") == "shown" && new.text("stage.code") == "received")
            #expect(new.text("stage.zh") == "已收到" && new.text("category.code") == "SZ05")
            #expect(new["open"] as? Bool == true && new["may_rate"] as? Bool == false)
            try await desk.step("accepted")
            try await desk.step("dispatched", #", "department": "市政", "reason": "已交市政处理", "audience": "public""#)
            try await desk.step("claimed", #", "assignee": "李强""#)
            let open = #"{"text": "明晚修", "audience": "public", "author": "王敏"}"#
            _ = try await desk.staff.post(desk.path + "/notes", open)
            _ = try await desk.staff.post(desk.path + "/notes", #"{"text": "钥匙在门卫处", "author": "王敏"}"#)
            let view = try await desk.view()
            #expect(view.text("stage.zh") == "已交给负责单位" && view.text("stage.en") == "Passed to the unit in charge")
            #expect(view.count("steps") == 2 && view.text("steps.1.text") == "已交市政处理")
            #expect(view.count("notes") == 1 && view.text("notes.0.from") == "staff")
            let said = "\(view.body)"
            for inside in ["李阿姨", "李强", "王敏", "钥匙", "10014"] { #expect(!said.contains(inside), "\(inside)") }
            #expect(said.contains("明晚修") && !said.contains(desk.path.suffix(36)))
        }
    }

    @Test func `a receipt is asked for in the header, and an unknown one is told alike and at a bounded rate`()
        async throws
    {
        try await withDesk { desk in
            let other = ["x", Base64URL.encode([1, 2])].map { "Receipt " + $0 }
            for wrong in ["Receipt", "Bearer \(Base64URL.encode(Self.secret))"] + other {
                let answer = try await desk.view(["Authorization": wrong])
                #expect(answer.status == 401 && answer.headers[.wwwAuthenticate]?.hasPrefix("Receipt") == true)
            }
            #expect(try await desk.view([:]).status == 401)
            #expect(try await desk.residents.get("/v1/receipt?receipt=x", Self.shown).status == 400)
            let problems = try await Self.together(5 * Limits.wrongReceipts) { number in
                let other = Base64URL.encode([UInt8](repeating: UInt8(number), count: 16))
                return try await desk.view(["Authorization": "receipt \(other)"]).problem ?? ""
            }
            #expect(Set(problems) == ["unknown-receipt", "too-many-requests"], "guesses must be bounded")
            #expect(problems.count { $0 == "unknown-receipt" } >= Limits.wrongReceipts)
            // Whoever knows receipts may ask as often as they like. (The other port counts for itself.)
            for _ in 0..<3 * Limits.wrongReceipts {
                #expect(try await desk.people.get("/v1/receipt", Self.shown).status == 200)
            }
            // A receipt opens nothing else.
            for path in [desk.path, "/v1/reports", "/v1/tasks"] {
                #expect(try await desk.people.get(path, Self.shown).status == 401)
            }
        }
    }

    // MARK: Adding

    @Test func `what the reporter writes is public, comes once, and names no one`() async throws {
        try await withDesk { desk in
            let first = try await desk.write("notes", #"{"text": "还是不亮"}"#, key: "k")
            #expect(first.status == 201 && first.text("notes.0.text") == "还是不亮")
            #expect(first.text("notes.0.from") == "reporter")
            let again = try await desk.write("notes", #"{"text": "还是不亮"}"#, key: "k")
            #expect(again.status == 200 && again.isReplay && again.count("notes") == 1)
            #expect(try await desk.write("notes", #"{"text": "别的"}"#, key: "k").problem == "key-reused")
            let report = try await desk.staff.get(desk.path)
            #expect(report.text("notes.0.author") == "reporter" && report.text("notes.0.audience") == "public")
            for body in [
                #"{"text": ""}"#, #"{"text": "x", "author": "王敏"}"#, #"{"text": "x", "audience": "inside"}"#, "{}",
            ] {
                #expect([400, 422].contains(try await desk.write("notes", body).status), "\(body)")
            }
            let long = String(repeating: "a", count: Limits.reporterTextBytes + 1)
            #expect(try await desk.write("notes", #"{"text": "\#(long)"}"#).status == 422)
            #expect(try await desk.write("steps", #"{"step": "closed"}"#).status == 404)
        }
    }

    @Test func `what is written with receipts is limited at each port`() async throws {
        try await withDesk { desk in
            for port in [desk.people, desk.residents] {
                let statuses = try await Self.together(2 * Limits.residentWrites) { number in
                    try await desk.write("notes", #"{"text": "\#(number)"}"#, at: port).status
                }
                #expect(Set(statuses) == [201, 429])
            }
        }
    }

    @Test func `photos go up at the port for residents, and those after the work come back without their place`()
        async throws
    {
        try await withDesk { desk in
            let photo = SampleJPEG.bytes(exif: SampleExif.full.tiff)
            let hash = Hash256(hashing: photo).hex
            let sent = try await desk.residents.file(.put, "/v1/blobs/" + hash, photo).answer
            #expect(sent.status == 201, "\(sent.body)")
            #expect(try await desk.residents.get("/v1/blobs/" + hash).status == 405, "residents read none")
            let added = try await desk.write("attachments", #"{"sha256": "\#(hash)", "role": "scene"}"#)
            #expect(added.status == 201 && added.count("photos") == 0)
            #expect(try await desk.residents.get("/v1/receipt/photos/" + hash, Self.shown).status == 404)
            let report = try await desk.staff.get(desk.path)
            #expect(report.text("attachments.0.author") == "reporter" && report.text("attachments.0.role") == "scene")
            let after = try await desk.staff.post(
                desk.path + "/attachments", #"{"sha256": "\#(hash)", "role": "after", "author": "李强"}"#)
            #expect(after.status == 201)
            #expect(try await desk.view().text("photos.0.sha256") == hash)
            let file = try await desk.residents.file(.get, "/v1/receipt/photos/" + hash, nil, Self.shown)
            #expect(file.answer.status == 200 && !file.bytes.isEmpty && file.bytes != photo)
            let stripped = try await desk.staff.file(.get, "/v1/blobs/\(hash)?form=stripped", nil)
            #expect(file.bytes == stripped.bytes)
            #expect(try await desk.residents.get("/v1/receipt/photos/" + hash).status == 401)
            let author = #"{"sha256": "\#(hash)", "author": "x"}"#
            #expect(try await desk.write("attachments", author).status == 422)
        }
    }

    // MARK: Taking back

    @Test func `what is taken back is hidden from everybody at once, but for the role evidence, which is recorded`()
        async throws
    {
        try await withDesk { desk in
            let id = String(desk.path.suffix(36))
            try await desk.step("accepted")
            let photo = SampleJPEG.bytes(exif: SampleExif.full.tiff)
            let blob = "/v1/blobs/" + Hash256(hashing: photo).hex
            #expect(try await desk.residents.file(.put, blob, photo).answer.status == 201)
            _ = try await desk.write("attachments", #"{"sha256": "\#(blob.suffix(64))"}"#)
            #expect(try await desk.people.get(blob, desk.login("viewer")).status == 200)

            let answer = try await desk.write("withdraw", "{}", key: "w")
            #expect(answer.status == 201 && answer.text("state") == "hidden" && answer.body.count == 1)
            #expect(try await desk.view().text("state") == "hidden")
            #expect(try await desk.write("withdraw", "{}", key: "w").isReplay)

            let ends = ["", "/case", "/notes", "/traces", "/attachments", "/history"]
            for name in ["viewer", "dispatcher", "admin"] {
                let login = desk.login(name)
                for end in ends {
                    let refused = try await desk.people.get(desk.path + end, login)
                    #expect(refused.status == 410 && refused.problem == "hidden", "\(name) \(end)")
                }
                for list in ["/v1/reports", "/v1/reports?grid=10014", "/v1/tasks", "/v1/indicators?period=2018-05"] {
                    let listed = try await desk.people.get(list, login)
                    #expect(listed.status == 200 && !"\(listed.body)".contains(id), "\(name) \(list)")
                }
                #expect(try await desk.people.get("/v1/reports?hidden=true", login).status == 403)
                #expect(try await desk.people.get(blob, login).status == 404)
            }
            let before = try await desk.staff.node.journal.auditEvents(limit: 99).count
            let evidence = desk.login("evidence")
            for end in ends { #expect(try await desk.people.get(desk.path + end, evidence).status == 200, "\(end)") }
            #expect(try await desk.people.get("/v1/reports?hidden=true", evidence).text("reports.0.id") == id)
            #expect(try await desk.people.get("/v1/reports", evidence).count("reports") == 0)
            #expect(try await desk.people.get(blob, evidence).status == 200)
            let events = try await desk.staff.node.journal.auditEvents(limit: 99)
            #expect(events.count == before + ends.count + 2)
            #expect(events.allSatisfy { $0.author == "evidence" } && events.contains { $0.account.contains(id) })
            let note = try await desk.people.post(desk.path + "/notes", #"{"text": "x"}"#, evidence)
            #expect(note.status == 403, "evidence looks, and changes nothing")
        }
    }

    @Test func `what others write to a hidden report is kept, and shows them nothing`() async throws {
        try await withDesk { desk in
            try await desk.step("accepted")
            _ = try await desk.write("withdraw", "{}")
            let note = try await desk.people.post(desk.path + "/notes", #"{"text": "到场"}"#, desk.login("dispatcher"))
            #expect(note.status == 201 && note["hidden"] as? Bool == true && note.body.count == 2)
            let repeated = try await desk.residents.post("/v1/reports", Self.reporting)
            #expect(repeated.status == 201 && repeated.headers[.location] == desk.path)
            #expect(try await desk.people.get("/v1/reports", desk.login("dispatcher")).count("reports") == 0)
            #expect(try await desk.people.get(desk.path, desk.login("evidence")).count("notes") == 1)
            let later = try await desk.write("notes", #"{"text": "我改主意了"}"#)
            #expect(later.text("state") == "hidden")
        }
    }

    @Test func `contact data opens for the role evidence alone`() async throws {
        try await withDesk { desk in
            for name in ["viewer", "dispatcher", "admin"] {
                #expect(try await desk.people.send(.post, desk.path + "/contact", nil, desk.login(name)).status == 403)
            }
            #expect(try await desk.people.send(.post, desk.path + "/contact", nil, Self.shown).status == 401)
            #expect(try await desk.residents.send(.post, desk.path + "/contact", nil, Self.shown).status == 404)
            // This node is a gateway: the role is right, and the place is not.
            let evidence = try await desk.people.send(.post, desk.path + "/contact", nil, desk.login("evidence"))
            #expect(evidence.problem == "not-central")
        }
    }

    // MARK: Rating

    @Test func `a reporter who is not satisfied has the case reopened within seven days, once for a key`()
        async throws
    {
        try await withDesk { desk in
            #expect(try await desk.write("rating", #"{"rating": "satisfied"}"#).problem == "step-not-possible")
            for step in ["accepted", "inspected"] { try await desk.step(step) }
            try await desk.step("dispatched", #", "department": "市政""#)
            for step in ["feedback", "closed"] { try await desk.step(step) }
            let closed = try await desk.view()
            #expect(closed["may_rate"] as? Bool == true && closed["may_reopen"] as? Bool == true)
            desk.staff.node.clock.milliseconds = Self.start + 7 * Self.day
            let body = #"{"rating": "dissatisfied", "comment": "没修好"}"#
            let rated = try await desk.write("rating", body, key: "r")
            #expect(rated.status == 201 && rated.text("stage.code") == "reopened" && rated["open"] as? Bool == true)
            #expect(rated["ratings.0"] as? String == "dissatisfied" && rated["may_reopen"] as? Bool == false)
            // A repeat says the same, however late it comes and wherever the case is.
            desk.staff.node.clock.milliseconds = Self.start + 20 * Self.day
            try await desk.step("dispatched", #", "department": "市政""#)
            let again = try await desk.write("rating", body, key: "r")
            #expect(again.status == 200 && again.isReplay && again.text("stage.code") == "dispatched")
            let handled = try await desk.staff.get(desk.path + "/case")
            #expect(handled["counts.reopened"] as? Int == 1)
            let report = try await desk.staff.get(desk.path)
            #expect(report.text("traces.5.author") == "reporter" && report.text("traces.5.comment") == "没修好")
        }
    }

    @Test func `after seven days a rating is only recorded, and the last one counts`() async throws {
        try await withDesk { desk in
            for step in ["accepted", "absent"] { try await desk.step(step, #", "reason": "x""#) }
            try await desk.step("closed")
            #expect(try await desk.write("rating", #"{"rating": "satisfied"}"#).text("stage.code") == "closed")
            desk.staff.node.clock.milliseconds = Self.start + 7 * Self.day + 1
            #expect(try await desk.view()["may_reopen"] as? Bool == false)
            let late = try await desk.write("rating", #"{"rating": "dissatisfied", "comment": "又坏了"}"#, key: "l")
            #expect(late.status == 201 && late.text("stage.code") == "closed" && late.text("notes.0.text") == "又坏了")
            #expect(late.count("ratings") == 1 && late["ratings.0"] as? String == "dissatisfied")
            #expect(try await desk.write("rating", #"{"rating": "dissatisfied", "comment": "又坏了"}"#, key: "l").isReplay)
            for body in [#"{"rating": "fine"}"#, "{}", #"{"rating": "satisfied", "stars": 5}"#] {
                #expect([400, 422].contains(try await desk.write("rating", body).status))
            }
        }
    }

    @Test func `only the reporter rates and takes back`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        let made = try await node.intake.take(
            Submission(caller: .trusted, .report(id: nil, fields: [.channel: .text("terminal")])))
        let admin = Caller.account(Account(name: "w", role: .admin))
        for caller in [Caller.trusted, admin, .resident, .nobody, .reporter(ReportID(1))] {
            for content: Submission.Content in [
                .hiding(of: made.report, seen: nil), .rating(on: made.report, seen: nil, .satisfied, comment: ""),
            ] {
                await #expect(throws: IntakeRefusal.self, "\(caller)") {
                    _ = try await node.intake.take(Submission(caller: caller, content))
                }
            }
        }
        for content: Submission.Content in [
            .step(on: made.report, seen: nil, Step(code: "accepted")), .note(on: made.report, seen: nil, text: "x"),
            .edit(of: made.report, seen: nil, fields: [.grid: .text("1")], comment: nil),
        ] {
            await #expect(throws: IntakeRefusal.self) {
                _ = try await node.intake.take(Submission(caller: .reporter(made.report), content))
            }
        }
    }
}

/// Every role has an account of its name, with the password "role".
private struct People: AccessControl {
    func account(named name: String) async throws -> Access? {
        AccessRole(text: name).map { Access(name: name, role: $0, verifier: "role") }
    }

    func remembers(_ password: String, of account: Access) -> Bool { password == account.verifier }
    func isRight(_ password: String, of account: Access?) async -> Bool { password == account?.verifier }
    func caller(showing token: AccessToken) async throws -> Caller? { nil }
    func remembered(_ token: AccessToken) -> Caller? { nil }
    func accesses() async throws -> AccessList { throw AccessError.unknown("") }
    func give(_ request: AccessRequest, author: String) async throws -> NewAccess { throw AccessError.unknown("") }
    func revokeAccess(_ name: String, author: String) async throws { throw AccessError.unknown(name) }
}
