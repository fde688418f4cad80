import Foundation
import TestKit
import Testing

/// The alert rules for Prometheus, and the guide to which they lead.
struct AlertTests {
    private static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(Repository.path)/\(path)", encoding: .utf8)
    }

    private static func alerts() throws -> [String] {
        try text("Deploy/alerts.yaml").matches(of: /- alert: (\w+)/).map { String($0.1) }
    }

    @Test(.enabled(if: Tool.whyNot(["promtool"]) == nil, "needs promtool: run Deploy/install-deps.sh --tests"))
    func `Each alert fires where it should, and is quiet where all is well`() throws {
        let (status, output) = try Tool.shell(
            "promtool check rules Deploy/alerts.yaml; promtool test rules Tests/Alerts/alerts.yaml",
            in: Repository.path)
        #expect(status == 0, "\(output)")
        #expect(output.contains("\(try Self.alerts().count) rules found"), "\(output)")
    }

    @Test func `Each alert has an own section in the guide, and no section is left over`() throws {
        let alerts = try Self.alerts()
        #expect(alerts.count > 20 && Set(alerts).count == alerts.count)
        let places = try Self.text("Deploy/alerts.yaml").matches(of: /runbook_url: (\S+)/).map { String($0.1) }
        #expect(places == alerts.map { "Deploy/GUIDE.md#\($0.lowercased())" })
        let headings = try Self.text("Deploy/GUIDE.md").matches(of: /\n### (Fieldpost\w+)\n/).map { String($0.1) }
        #expect(headings == alerts)
    }

    @Test func `The tests of the rules mention each alert's metric`() throws {
        let names = Set(try Self.text("Deploy/alerts.yaml").matches(of: /(?:fieldpost|process)_[a-z_]+/).map(\.output))
        let tests = try Self.text("Tests/Alerts/alerts.yaml")
        for name in names { #expect(tests.contains(name), "\(name)") }
    }
}
