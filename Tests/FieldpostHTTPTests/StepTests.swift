import FieldpostCore
import Testing

/// Steps of handling through the API. What concurrent steps merge to is in the vectors of cases.
@Suite struct StepTests {
    @Test func `a case goes its way, and says at each step what is next`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let new = try await api.get(path + "/case")
            #expect(new.status == 200 && new.text("stage") == "accepted" && new.count("branches") == 0)
            let way = [
                #""step": "filed", "limit": "8 office_hours", "condition": "1""#,
                #""step": "dispatched", "department": "市政", "reason": "请今天处理", "author": "王敏""#,
                #""step": "handling""#, #""step": "feedback""#, #""step": "verified""#, #""step": "closed""#,
            ]
            for step in way {
                #expect(try await api.post(path + "/steps", "{\(step)}").status == 201, "\(step)")
            }
            let closed = try await api.get(path + "/case")
            #expect(closed.text("stage") == "closed" && closed["open"] as? Bool == false)
            #expect(closed.text("label.zh") == "结案" && closed.text("branches.0.department") == "市政")
            #expect(closed.count("counts") == 6 && closed.text("next.0.step") == "reopened")
            #expect(closed.tag == (try await api.get(path)).tag)
            let report = try await api.get(path)
            #expect(report.text("fields.stage") == "closed" && report.text("fields.department") == "市政")
            #expect(report.text("traces.0.limit") == "8 office_hours" && report.text("traces.0.condition") == "1")
            #expect(report.text("traces.1.comment") == "请今天处理" && report.text("traces.1.author") == "王敏")
        }
    }

    @Test func `words are for staff unless they are said to be for the reporter`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            for body in [
                #"{"text": "钥匙在门卫处"}"#, #"{"text": "明天上午来修", "audience": "public"}"#,
                #"{"text": "再看一次", "audience": "inside"}"#,
            ] {
                #expect(try await api.post(path + "/notes", body).status == 201, "\(body)")
            }
            let steps = [
                #"{"step": "inspected", "reason": "已核实"}"#,
                #"{"step": "dispatched", "department": "市政", "reason": "已交市政", "audience": "public"}"#,
                #"{"step": "supervised", "reason": "领导关注"}"#, #"{"step": "handling", "audience": "public"}"#,
            ]
            #expect(try await api.post(path + "/steps", #"{"step": "accepted"}"#).status == 201)
            for step in steps { #expect(try await api.post(path + "/steps", step).status == 201, "\(step)") }
            let report = try await api.get(path)
            #expect((0...2).map { report.text("notes.\($0).audience") } == ["inside", "public", "inside"])
            #expect((0...4).map { report.text("traces.\($0).audience") } == [nil, "inside", "public", "inside", nil])
            #expect(try await api.get(path + "/case").text("branches.0.audience") == nil)
            for body in [#"{"text": "x", "audience": "everyone"}"#, #"{"text": "x", "audience": 1}"#] {
                #expect(try await api.post(path + "/notes", body).status == 422)
            }
        }
    }

    @Test func `a step that is not possible, lacks something or is unknown changes nothing`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let before = try await api.get(path).tag
            let refused = [
                (#"{"step": "closed"}"#, 409, "step-not-possible"), (#"{"step": "dispatched"}"#, 422, "invalid-value"),
                (#"{"step": "lost"}"#, 422, "invalid-value"), (#"{"reason": "x"}"#, 422, "invalid-value"),
                (#"{"step": "voided"}"#, 422, "invalid-value"),
                (#"{"step": "merged", "original": "x"}"#, 422, "invalid-value"),
                (#"{"step": "dispatched", "department": "市政", "until": "tomorrow"}"#, 422, "invalid-value"),
                (#"{"step": "filed", "limit": "8 hours"}"#, 422, "invalid-value"),
                (#"{"step": "dispatched", "department": "市政", "stage": "x"}"#, 400, "unknown-key"),
            ]
            for (body, status, kind) in refused {
                let answer = try await api.post(path + "/steps", body)
                #expect(answer.status == status, "\(body)")
                #expect(answer.text("type") == "urn:fieldpost:problem:\(kind)", "\(body)")
            }
            #expect(try await api.get(path).tag == before)
            let nowhere = "/v1/reports/0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05"
            let filing = #"{"step": "filed", "limit": "1 office_hours"}"#
            #expect(try await api.post(nowhere + "/steps", filing).status == 404)
            #expect(try await api.get(nowhere + "/case").status == 404)
        }
    }

    @Test func `a step on an older version stands beside what came since, and a step that saw both settles it`()
        async throws
    {
        try await withAPI { api in
            let path = try await api.report()
            let seen = try await api.get(path).tag
            _ = try await api.post(path + "/steps", #"{"step": "dispatched", "department": "市政"}"#, ["If-Match": seen])
            let other = try await api.post(
                path + "/steps", #"{"step": "dispatched", "department": "消防"}"#, ["If-Match": seen])
            #expect(other.status == 201)
            let disputed = try await api.get(path + "/case")
            #expect(disputed.count("branches") == 2 && disputed.count("disputes") == 1)
            #expect(disputed.count("departments") == 2)
            // The same on the present version is not possible any more.
            let late = #"{"step": "filed", "limit": "8 office_hours"}"#
            #expect(try await api.post(path + "/steps", late, ["If-Match": disputed.tag]).status == 409)
            #expect(try await api.post(path + "/steps", late, ["If-Match": seen]).status == 201)
            let settled = try await api.post(path + "/steps", #"{"step": "dispatched", "department": "消防"}"#)
            #expect(settled.status == 201 && settled["conflict"] as? Bool == false)
            #expect(try await api.get(path + "/case").count("disputes") == 0)
        }
    }

    @Test func `a filed case has a deadline, by default that of its category`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            #expect(try await api.post(path + "/steps", #"{"step": "filed"}"#).status == 201)
            // AQ03 has 4 hours. The test's clock says 2018-05-01T00:30:00Z.
            let filed = try await api.get(path + "/case")
            #expect(filed.text("deadline.at") == "2018-05-01T04:30:00.000Z")
            #expect(filed.text("deadline.limit") == "4 urgent_hours" && filed.text("deadline.state") == "running")
            #expect(filed["deadline.left_ms"] as? Int == 4 * 3_600_000)
            let other = try await api.report(#""category": "ZZ99""#)
            let refused = try await api.post(other + "/steps", #"{"step": "filed"}"#)
            #expect(refused.status == 422 && refused.text("detail")?.contains("limit") == true)
            let given = #"{"step": "filed", "limit": "2 working_days"}"#
            #expect(try await api.post(other + "/steps", given).status == 201)
            // 2018-05-01 is a holiday: the second working day is Thursday.
            #expect(try await api.get(other + "/case").text("deadline.at") == "2018-05-03T10:00:00.000Z")
        }
    }

    @Test func `a case shows the time of each stage, and former deadlines`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let steps = [
                #""step": "accepted""#, #""step": "filed", "limit": "8 office_hours""#,
                #""step": "dispatched", "department": "市政""#,
                #""step": "extended", "reason": "等材料", "until": "2018-05-10T18:00:00+08:00""#,
            ]
            for step in steps { #expect(try await api.post(path + "/steps", "{\(step)}").status == 201, "\(step)") }
            let shown = try await api.get(path + "/case")
            let stages = (0..<(shown.count("stages") ?? 0)).compactMap { shown.text("stages.\($0).stage") }
            #expect(stages == ["confirmation", "filing", "dispatch", "handling", "closing"])
            // It was filed without an inspection, all on a holiday: 2018-05-01T00:30:00Z.
            #expect(shown.text("stages.0.state") == "stopped" && shown.text("stages.1.state") == "finished")
            #expect(shown.text("stages.2.deadline") == "2018-05-02T02:30:00.000Z")
            #expect(shown.text("stages.3.zh") == "处置" && shown.text("stages.3.department") == "市政")
            #expect(shown.text("stages.3.deadline") == "2018-05-10T10:00:00.000Z")
            #expect(shown.text("stages.3.former_deadlines.0.deadline") == "2018-05-03T01:00:00.000Z")
            #expect(shown.text("stages.3.state") == "running" && shown["stages.3.present"] as? Bool == true)
            // Seven working days.
            #expect(shown["stages.3.left_ms"] as? Int == 7 * 27_000_000)
            #expect(shown.text("stages.4.deadline") == shown.text("deadline.at"))
            _ = try await api.post(path + "/steps", #"{"step": "feedback"}"#)
            let done = try await api.get(path + "/case")
            #expect(done.text("branches.0.limit") == "4 office_hours" && done.text("stages.4.stage") == "verification")
        }
    }

    @Test func `a side step leaves the stage, and stands until it is ended`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            for step in [
                #""step": "dispatched", "department": "市政""#,
                #""step": "suspended", "reason": "等材料", "until": "2026-12-01T18:00:00+08:00""#,
                #""step": "claimed", "assignee": "王敏""#,
            ] {
                #expect(try await api.post(path + "/steps", "{\(step)}").status == 201, "\(step)")
            }
            let waiting = try await api.get(path + "/case")
            #expect(waiting.text("stage") == "dispatched" && waiting.text("suspended.reason") == "等材料")
            #expect(waiting.text("suspended.until") == "2026-12-01T10:00:00.000Z")
            #expect(waiting.text("assignees.0.assignee") == "王敏")
            #expect(try await api.get(path).text("fields.stage") == "dispatched")
            _ = try await api.post(path + "/steps", #"{"step": "resumed"}"#)
            #expect(try await api.get(path + "/case")["suspended"] == nil)
        }
    }

    @Test func `a step that is sent again is taken once`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            let key = ["Idempotency-Key": "step-1"]
            let step = #"{"step": "dispatched", "department": "市政"}"#
            #expect(try await api.post(path + "/steps", step, key).status == 201)
            _ = try await api.post(path + "/steps", #"{"step": "feedback"}"#)
            #expect(try await api.post(path + "/steps", step, key).status == 201)
            let other = try await api.post(path + "/steps", #"{"step": "dispatched", "department": "消防"}"#, key)
            #expect(other.status == 409 && other.text("type") == "urn:fieldpost:problem:key-reused")
            #expect(try await api.get(path + "/case").text("stage") == "feedback")
        }
    }
}
