import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// `fieldpost indicators` and `fieldpost case` against running nodes of both roles.
@Suite(.serialized, .timeLimit(.minutes(15))) struct IndicatorTests {
    @Test(arguments: ["gateway", "central"])
    func `A person sees figures of cases, the cases behind one, and the times of a case`(role: String) async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let node = try Program.node(role, role, in: place.path, listens: false)
        _ = try await node.start()
        defer { node.kill() }
        var ids: [String] = []
        for input in ReportSource.generated(count: 5, seed: 16).reports {
            try await node.socket.create(input)
            ids.append(input.id.description)
        }
        func run(_ arguments: String...) async throws -> String {
            let (code, output) = try await Program.run(arguments + ["--state-directory", node.directory])
            let text = String(decoding: output, as: UTF8.self)
            #expect(code == 0, "\(arguments): \(text)")
            return text
        }
        _ = try await run("step", ids[0], "filed", "--limit", "8 office_hours")
        _ = try await run("step", ids[0], "dispatched", "--department", "市政")
        _ = try await run("step", ids[1], "voided", "--reason", "重复")
        let day = String(Date.now.addingTimeInterval(8 * 3600).ISO8601Format().prefix(4))
        let figures = try await run("indicators", "--period", day, "--by", "department")
        #expect(figures.contains("\(day): 5 reports"), "\(figures)")
        #expect(figures.contains("  80.0 %  4 / 5  有效上报率 valid_report_rate"), "\(figures)")
        #expect(figures.contains("\n市政\n"), "\(figures)")
        let behind = try await run(
            "indicators", "--period", day, "--by", "department", "--name", "市政", "--cases", "filed")
        #expect(behind.contains(ids[0]) && !behind.contains(ids[1]) && behind.hasPrefix("立案数 filed"), "\(behind)")
        let json = try await run("indicators", "--json")
        #expect(json.contains("\"indicators\"") && json.contains("\"reported_valid\" : 4"), "\(json)")
        let shown = try await run("case", ids[0])
        #expect(shown.contains("派遣 dispatched"), "\(shown)")
        // A clock that nobody vouches for starts no time.
        if let state = try await node.socket.handling(of: #require(.init(text: ids[0])))["stages"]?.list, !state.isEmpty
        {
            #expect(shown.contains("处置 handling (市政)  due "), "\(shown)")
            #expect(shown.contains("结案 closing  due "), "\(shown)")
        }
        for wrong in [["--period", "may"], ["--by", "street"], ["--cases", "lost"], ["--name", "x"]] {
            #expect(try await Program.run(["indicators", "--state-directory", node.directory] + wrong).status == 64)
        }
    }
}
