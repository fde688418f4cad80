import FaultDisk
import FieldpostCore
import FieldpostStore
import HummingbirdTesting
import Testing

/// Categories through the API, and what a filed case takes from the catalogue.
@Suite struct CategoryTests {
    private static let small = """
        catalogue\t1
        version\tcn-2
        major\tXX\t新类\tNew
        category\tXX01\t充电桩损坏\tBroken charger\t物业公司
        words\t充电桩\tcdz
        condition\t不能充电\t2 working_days
        condition\t漏电\t1 urgent_hours

        """
    /// Saturdays and Sundays are free; every other day has 2 office hours.
    private static let short = "calendar\t1\nversion\tshort\nknown\t2018-01-01\t2018-12-31\nhours\t09:00\t11:00\n"

    private static func withCentral(_ body: @Sendable (API) async throws -> Void) async throws {
        try await withAPI(of: try TestNode(.central, on: FaultDisk(seed: 1)), .router, body)
    }

    @discardableResult
    private static func set(_ name: String, _ text: String, at node: TestNode) async throws -> SettingVersion {
        let known = try await node.journal.setting(name, of: TestNode.id)?.id
        return try await node.journal.keep(
            try #require(CentralSetting(name: name, text: text)), replacing: known, author: "root", stamp: .unknown)
    }

    @Test func `all categories are listed, with what the catalogue says of them`() async throws {
        try await withAPI { api in
            let all = try await api.get("/v1/categories")
            #expect(all.status == 200 && all.count("categories") == 71)
            #expect(all.text("version") == Catalogue.standard.version && all.text("catalogue") == all.text("version"))
            #expect(all.text("categories.0.code") == "AQ01" && all.text("categories.0.major.zh") == "安全")
            #expect(all["categories.0.retired"] as? Bool == false)
            #expect(all.text("categories.0.department") == "坂田街道消防安全委员会办公室")
            #expect(all.text("categories.0.conditions.0.limit") == "2 urgent_hours")
            #expect(all.text("categories.0.conditions.0.zh") == "2 紧急工作时")
        }
    }

    @Test func `the organisation and templates are those that central set, or the built-in ones`() async throws {
        let node = try TestNode(.central, on: FaultDisk(seed: 1))
        try await withAPI(of: node, .router) { api in
            let built = try await api.get("/v1/organisation")
            #expect(built.status == 200 && built.count("grids") == 0 && built.count("departments") ?? 0 > 20)
            #expect(try await api.get("/v1/templates?step=closed").text("templates.0.audience") == "public")
            #expect(try await api.get("/v1/templates?step=done").status == 400)
            #expect(try await api.get("/v1/organisation?x=1").status == 400)
            try await Self.set(
                "organisation", "organisation\t1\nversion\tv2\ngrid\t南坑一\t第一网格\nmember\t王敏\n", at: node)
            try await Self.set(
                "templates", "templates\t1\nversion\tv2\ntemplate\tclosed\tinside\t好\n", at: node)
            let set = try await api.get("/v1/organisation")
            #expect(set.text("grids.0.code") == "南坑一" && set.text("grids.0.members.0") == "王敏")
            #expect(set.text("version") == "v2" && set.count("departments") == 0)
            #expect(try await api.get("/v1/templates").text("templates.0.text") == "好")
        }
    }

    @Test func `categories are found by words and initials, and a wrong query is refused`() async throws {
        try await withAPI { api in
            for (query, code) in [
                ("ddc", "AQ01"), ("%E5%85%85%E7%94%B5", "AQ01"), ("%E4%BA%95%E7%9B%96", "SZ01"), ("jg", "SZ01"),
            ] {
                let found = try await api.get("/v1/categories?q=\(query)")
                #expect(found.status == 200 && found.text("categories.0.code") == code)
                #expect(found.count("categories").map { $0 < 20 } == true)
            }
            #expect(try await api.get("/v1/categories?q=nothing-at-all").count("categories") == 0)
            for query in ["q=\(String(repeating: "a", count: 257))", "word=ddc", "q=a&q=b", "q=%FF"] {
                let refused = try await api.get("/v1/categories?\(query)")
                #expect(refused.status == 400 && refused.problem == "bad-query", "\(query)")
            }
        }
    }

    @Test func `a new catalogue counts at once, and categories that reports have stay known`() async throws {
        try await Self.withCentral { api in
            let report = try await api.report()
            let version = try await Self.set("catalogue", Self.small, at: api.node)
            let list = try await api.get("/v1/categories")
            #expect(list.count("categories") == 1 && list.text("version") == "cn-2")
            #expect(list.text("catalogue") == version.id.description)
            #expect(try await api.get("/v1/categories?q=cdz").text("categories.0.code") == "XX01")
            #expect(try await api.get(report).text("labels.category.zh") == "消防通道堵塞")
            let new = try await api.get(try await api.report(#""category": "XX01""#))
            #expect(new["labels.category.known"] as? Bool == true && new.text("labels.category.major.zh") == "新类")
            let listed = try await api.get("/v1/reports?category=XX01")
            #expect(listed.text("reports.0.labels.category.zh") == "充电桩损坏")
            let unknown = try await api.get(try await api.report(#""category": "ZZ99""#))
            #expect(unknown.text("fields.category") == "ZZ99" && unknown["labels.category.known"] as? Bool == false)
        }
    }

    @Test func `filing takes the limit of the condition, and freezes condition, limit, catalogue and calendar`()
        async throws
    {
        try await Self.withCentral { api in
            let catalogue = try await Self.set("catalogue", Self.small, at: api.node).id.description
            let calendar = try await Self.set("calendar", Self.short, at: api.node).id.description
            for (given, condition, limit) in [
                ("", "不能充电", "2 working_days"), (#", "condition": "漏电""#, "漏电", "1 urgent_hours"),
            ] {
                let path = try await api.report(#""category": "XX01""#)
                #expect(try await api.post(path + "/steps", #"{"step": "filed"\#(given)}"#).status == 201)
                let trace = try await api.get(path)
                #expect(trace.text("traces.0.condition") == condition && trace.text("traces.0.limit") == limit)
                #expect(trace.text("traces.0.catalogue") == catalogue)
                #expect(trace.text("traces.0.calendar") == calendar)
            }
            // The limit of the filer stands, and was taken from no catalogue.
            let own = try await api.report(#""category": "XX01""#)
            let step = #"{"step": "filed", "condition": "特殊", "limit": "3 office_hours"}"#
            #expect(try await api.post(own + "/steps", step).status == 201)
            let trace = try await api.get(own)
            #expect(trace.text("traces.0.condition") == "特殊" && trace.text("traces.0.limit") == "3 office_hours")
            #expect(trace.text("traces.0.catalogue") == nil && trace.text("traces.0.calendar") == calendar)
            // A category that only the built-in catalogue has.
            let old = try await api.report()
            #expect(try await api.post(old + "/steps", #"{"step": "filed"}"#).status == 201)
            #expect(try await api.get(old).text("traces.0.catalogue") == Catalogue.standard.version)
            // A condition that nobody wrote down.
            let refused = try await api.post(
                try await api.report(#""category": "XX01""#) + "/steps", #"{"step": "filed", "condition": "冒烟"}"#)
            #expect(refused.status == 422 && refused.text("detail")?.contains("不能充电, 漏电") == true)
        }
    }

    @Test func `a case keeps the deadline of the calendar by which it was filed`() async throws {
        try await Self.withCentral { api in
            let path = try await api.report()
            try await Self.set("calendar", Self.short, at: api.node)
            let step = #"{"step": "filed", "limit": "3 office_hours"}"#
            let filed = try await api.post(path + "/steps", step, ["Idempotency-Key": "filing-1"])
            #expect(filed.status == 201)
            // The test's clock says Tuesday 08:30 in China: two hours on this day and one on the next.
            #expect(try await api.get(path + "/case").text("deadline.at") == "2018-05-02T02:00:00.000Z")
            let longer = Self.short.replacing("11:00", with: "12:00").replacing("short", with: "longer")
            let newest = try await Self.set("calendar", longer, at: api.node).id.description
            #expect(try await api.get(path + "/case").text("deadline.at") == "2018-05-02T02:00:00.000Z")
            // The same request again says the same, though another calendar is in force.
            let again = try await api.post(path + "/steps", step, ["Idempotency-Key": "filing-1"])
            #expect(again.status == 201 && again.isReplay)
            let other = try await api.report()
            #expect(try await api.post(other + "/steps", step).status == 201)
            let shown = try await api.get(other + "/case")
            #expect(shown.text("deadline.at") == "2018-05-01T04:00:00.000Z")
            #expect(shown.text("deadline.calendar") == newest)
        }
    }

    @Test func `a text that this program does not understand leaves the built-in one in force`() async throws {
        try await Self.withCentral { api in
            try await Self.set("catalogue", "catalogue\t2\nof the future\n", at: api.node)
            #expect(try await api.get("/v1/categories").count("categories") == 71)
            try await Self.set("catalogue", Self.small, at: api.node)
            #expect(try await api.get("/v1/categories").count("categories") == 1)
        }
    }
}
