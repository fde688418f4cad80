import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import TestKit
import Testing

@testable import FieldpostHTTP

/// What the console asks for: counts, files, the drawing, and what changes.
@Suite(.timeLimit(.minutes(5))) struct ConsoleTests {
    private static let formula = #"=HYPERLINK(\"http://x\")"#

    @Test func `a map may name tiles of one other server, and nothing that a policy would read otherwise`() throws {
        func map(_ tiles: String) throws -> CentralSetting {
            let text = #"{"type":"FeatureCollection","features":[],"tiles":\#(tiles)}"#
            return try #require(CentralSetting(name: CentralSetting.map, text: text))
        }
        func tiles(_ url: String, _ more: String = #","datum":"gcj02""#) -> String { #"{"url":"\#(url)"\#(more)}"# }
        let path = "/{z}/{x}/{y}.png"
        for (origin, full) in [("https://tiles.example.cn", ""), ("http://10.1.2.3:8080", "/a")] {
            let setting = try map(tiles(origin + full + path, #","datum":"bd09","max_zoom":18,"attribution":"©""#))
            #expect(MapText.defect(of: setting) == nil && MapText.tileOrigin(setting.text) == origin)
        }
        let wrong = [
            "[]", "{}", tiles("https://a/1.png"), tiles(path), tiles("ftp://a" + path), tiles("https://" + path),
            tiles("https://a b" + path), tiles("https://a;script-src *" + path), tiles("https://a,b" + path),
            tiles("https://*" + path), tiles("https://a'" + path), tiles("https://u@a" + path),
            tiles("https://a" + path + "?key={key}"), tiles("https://a" + path, ""),
            tiles("https://a" + path, #","datum":"mars""#),
            tiles("https://a" + path, #","datum":"wgs84","max_zoom":1.5"#),
            tiles("https://a" + path, #","datum":"wgs84","attribution":7"#),
        ]
        for tiles in wrong { #expect(MapText.defect(of: try map(tiles)) != nil, "\(tiles)") }
        #expect(MapText.tileOrigin(try map(tiles("https://a;script-src *" + path)).text) == nil)
        #expect(MapText.tileOrigin(#"{"type":"FeatureCollection","features":[]}"#) == nil)
    }

    @Test func `the board counts open cases by stage and what nobody touched`() async throws {
        try await withAPI { api in
            var paths: [String] = []
            for grid in ["10014", "10014", "10018", "10018"] {
                paths.append(try await api.report(#""category": "AQ03", "text": "楼道", "grid": "\#(grid)""#))
            }
            for path in paths.dropLast() {
                let filed = #"{"step": "filed", "limit": "1 urgent_hours"}"#
                #expect(try await api.post(path + "/steps", filed).status == 201)
            }
            let dispatched = #"{"step": "dispatched", "department": "南坑社区工作站"}"#
            #expect(try await api.post(paths[0] + "/steps", dispatched).status == 201)
            #expect(try await api.post(paths[2] + "/steps", #"{"step": "voided", "reason": "误报"}"#).status == 201)
            let board = try await api.get("/v1/board")
            #expect(board.count("queues") == 2 && board["untouched"] as? Int == 1, "\(board.body)")
            #expect(board.text("queues.0.stage") == "filed" && board["queues.0.count"] as? Int == 1)
            #expect(board["overdue"] as? Int == 0)
            // Another question is counted at once.
            api.node.clock.milliseconds += 2 * 3_600_000
            let late = try await api.get("/v1/board?grid=10014")
            #expect(late["overdue"] as? Int == 2 && late["untouched"] as? Int == 0, "\(late.body)")
            let name = "%E5%8D%97%E5%9D%91%E7%A4%BE%E5%8C%BA%E5%B7%A5%E4%BD%9C%E7%AB%99"
            let own = try await api.get("/v1/board?department=" + name)
            #expect(own.text("queues.0.stage") == "dispatched" && own.count("queues") == 1 && own["untouched"] == nil)
            #expect(try await api.get("/v1/board?group=none").status == 400)
            #expect(try await api.get("/v1/board?x=1").status == 400)
        }
    }

    @Test func `a list comes as a file, whatever the texts are`() async throws {
        try await withAPI { api in
            let texts = [Self.formula, #"一,二 \"三\"\n四"#, "<script>", "-1", "+86 755"]
            for text in texts {
                let place = #""location": {"lat": 22.63, "lon": 114.07, "datum": "gcj02"}"#
                _ = try await api.report(#""category": "AQ03", "text": "\#(text)", "grid": "10014", \#(place)"#)
            }
            _ = try await api.report(#""category": "SZ05", "text": "无位置""#)
            let csv = try await api.file(.get, "/v1/export?format=csv", nil)
            #expect(csv.answer.status == 200 && csv.answer.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(csv.answer.headers[.contentDisposition]?.hasPrefix("attachment") == true)
            let text = String(decoding: csv.bytes, as: UTF8.self)
            #expect(text.hasPrefix("\u{FEFF}id,reported_at,") && text.hasSuffix("\r\n"))
            #expect(text.contains(#"\"'=HYPERLINK(\"\"http://x\"\")\""#.replacing("\\", with: "")), "\(text)")
            #expect(text.contains("\"一,二 \"\"三\"\"\n四\"") && text.contains(",-1,") && text.contains(",'+86 755,"))
            let one = try await api.file(.get, "/v1/export?format=csv&category=SZ05", nil)
            #expect(String(decoding: one.bytes, as: UTF8.self).split(separator: "\r\n").count == 2)
            let geo = try await api.file(.get, "/v1/export?format=geojson", nil)
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(geo.bytes)) as? [String: Any])
            let features = try #require(json["features"] as? [[String: Any]])
            #expect(features.count == texts.count)
            let geometry = features.first?["geometry"] as? [String: Any]
            #expect(geometry?["coordinates"] as? [Double] == [114.07, 22.63])
            #expect((features.first?["properties"] as? [String: String])?["datum"] == "gcj02")
            for query in ["", "?format=xls", "?format=csv&colour=red", "?format=csv&format=csv"] {
                #expect(try await api.get("/v1/export" + query).status == 400, "\(query)")
            }
            #expect(try await api.get("/v1/map").problem == "unknown-setting")
        }
    }

    @Test func `a long list has each report once, over many pages`() async throws {
        try await withAPI { api in
            let count = Limits.pageReports + 7
            for number in 0..<count { _ = try await api.report(#""category": "AQ03", "text": "第\#(number)件""#) }
            let csv = try await api.file(.get, "/v1/export?format=csv", nil)
            let rows = String(decoding: csv.bytes, as: UTF8.self).split(separator: "\r\n").dropFirst()
            #expect(rows.count == count && Set(rows.compactMap { $0.split(separator: ",").first }).count == count)
        }
    }

    @Test func `screens hear which reports they may see have changed, and nothing of others`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        let hub = LiveHub(node: node)
        let viewer = Caller.account(
            Account(name: "张", role: .viewer, assignment: Assignment(group: nil, department: "", grids: ["10018"])))
        let (all, everything) = await hub.join(.trusted)
        let (few, own) = await hub.join(viewer)
        try await withAPI(of: node) { api in
            func id(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "-" }
            let first = id(try await api.report(#""grid": "10014", "text": "一""#))
            let second = id(try await api.report(#""grid": "10018", "text": "二""#))
            var heard: [String] = []
            // What has no bytes only lets a stream look whether its login still counts.
            for await message in everything where message.readableBytes > 0 {
                heard.append(String(buffer: message))
                if heard.joined().contains(second) { break }
            }
            #expect(heard[0].hasPrefix("event: open\ndata: {\"cursor\":"))
            #expect(heard.count <= 3 && heard.joined().contains(first), "what happens together is told together")
            var limited = own.makeAsyncIterator()
            _ = await limited.next()
            var message = ""
            while message.isEmpty { message = String(buffer: try #require(await limited.next())) }
            #expect(message.contains(second) && !message.contains(first), "\(message)")

            // A report that its reporter takes back goes from every screen, and nobody is told which it was.
            let secret = [UInt8](repeating: 5, count: 16)
            let receipt = #""grid": "10018", "receipt": "\#(Hash256(hashing: secret).hex)""#
            let third = id(try await api.report(receipt))
            message = ""
            while !message.contains(third) { message = String(buffer: try #require(await limited.next())) }
            let shown = ["Authorization": "Receipt \(Base64URL.encode(secret))"]
            #expect(try await api.post("/v1/receipt/withdraw", "{}", shown).status == 201)
            message = ""
            while message.isEmpty { message = String(buffer: try #require(await limited.next())) }
            #expect(message.contains(#""many":true"#) && !message.contains(third), "\(message)")
        }
        await hub.leave(all)
        await hub.leave(few)
    }

    @Test func `a long list comes compressed to whoever takes that, and says the same`() async throws {
        try await withAPI { api in
            for number in 0..<30 { _ = try await api.report(#""category": "AQ03", "text": "第\#(number)件""#) }
            for path in ["/v1/reports", "/v1/tasks", "/v1/categories"] {
                let plain = try await api.file(.get, path, nil)
                let zipped = try await api.file(.get, path, nil, ["Accept-Encoding": "gzip, deflate, br"])
                #expect(plain.answer.headers[.contentEncoding] == nil)
                #expect(plain.answer.headers[.vary] == "Accept-Encoding")
                #expect(zipped.answer.headers[.contentEncoding] == "gzip" && zipped.bytes.count < plain.bytes.count / 3)
                #expect(try ContentCoding([.contentEncoding: "gzip"]).decoded(zipped.bytes) == plain.bytes, "\(path)")
            }
        }
    }
}
