import FieldpostAPI
import FieldpostClient
import FieldpostCore
import Foundation
import Glibc
import NIOHTTP1
import TestKit
import Testing

/// What Prometheus reads from real nodes.
@Suite(.serialized, .timeLimit(.minutes(15))) struct ScrapeTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    /// A text of metrics, taken apart.
    private struct Scrape {
        let text: String
        /// By name and labels, as they are written.
        let values: [String: Double]
        /// The names, without what histograms add to them.
        let names: Set<String>

        init(_ text: String) {
            self.text = text
            let lines = text.split(separator: "\n")
            let series = lines.filter { !$0.hasPrefix("#") }.compactMap { line -> (String, Double)? in
                guard let space = line.lastIndex(of: " ") else { return nil }
                return Double(line[line.index(after: space)...]).map { (String(line[..<space]), $0) }
            }
            values = Dictionary(series, uniquingKeysWith: { first, _ in first })
            names = Set(lines.filter { $0.hasPrefix("# TYPE ") }.map { String($0.split(separator: " ")[2]) })
        }

        subscript(name: MetricName, labels: String...) -> Double? {
            values[name.rawValue + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}")]
        }
    }

    private func scrape(_ node: Daemon) async throws -> Scrape {
        let address = try #require(try await node.socket.status().metricsAddresses.first)
        let answer = try await HTTPExchange(address: address).send(.GET, "/metrics")
        #expect(answer.headers.first(name: "Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        return Scrape(String(decoding: answer.body, as: UTF8.self))
    }

    private func node(_ role: String, _ arguments: [String] = [], lines: String = "") async throws -> Daemon {
        let file = try place.file("\(role).yaml", "role: \(role)\n\(lines)")
        let node = try Daemon(
            role, directory: "\(place.path)/\(role)",
            arguments: [
                "--http", "127.0.0.1:0", "--http-open", "--metrics", "127.0.0.1:0", "--insecure", "--configuration",
                file,
            ] + arguments)
        #expect(try await node.says(" ready "), "\(node.text)")
        return node
    }

    private static func report(_ index: UInt64) throws -> ReportInput {
        guard case .report(let report) = ReportSource.generated(count: 1, seed: index)[0] else {
            throw Tool.Failure(description: "no report was made")
        }
        return report
    }

    @Test func `What a gateway and central measure agrees with their status, and has every name that rules use`()
        async throws
    {
        let central = try await node("central", ["--listen", "127.0.0.1:0"])
        let peers = try #require(try await central.socket.status().peerAddress)
        let gateway = try await node(
            "gateway", ["--dial", peers], lines: "link_class: lte\nlinks: {lte: {daily: 50MB, monthly: 1GB}}\n")
        let client = try FieldpostClient(at: try #require(try await gateway.socket.status().httpAddress))
        let reports = try (1...5).map(Self.report)
        for report in reports { _ = try await client.create(report) }
        let isThrough = try await waits(120) {
            let state = try await gateway.socket.status()
            let known = try await central.socket.status().peers.first
            return state.journal.receipt == state.journal.head && known?.selfReport != nil
                && known?.clockOffsetMilliseconds != nil && state.peers.first?.clockOffsetMilliseconds != nil
        }
        #expect(isThrough)

        let near = try await scrape(gateway)
        let status = try await gateway.socket.status()
        #expect(near[.head] == Double(status.journal.head) && near[.receipt] == Double(status.journal.receipt))
        #expect(near[.reports] == 5 && near[.intake, #"door="trusted""#, #"result="stored""#] == 5)
        #expect(near.values["fieldpost_intake_seconds_count{door=\"trusted\"}"] == 5)
        #expect(near[.entriesAppended] == Double(status.journal.head))
        #expect(near.values["fieldpost_sync_seconds_count"].map { $0 >= 1 } == true)
        #expect(near[.backlogEntries, #"lane="entries""#] == 0 && near[.backlogOldest, #"lane="urgent""#] == 0)
        #expect(near[.sessions] == 1 && near[.statusReadable] == 1 && near[.incidents] == 0 && near[.diskStage] == 0)
        #expect(near[.linkBudget, #"link="lte""#, #"period="day""#] == 50_000_000)
        #expect(near[.linkSpent, #"link="lte""#, #"period="day""#].map { $0 > 0 } == true)
        let sent = near[.linkBytes, #"direction="sent""#, #"lane="entries""#, #"link="lte""#]
        #expect(sent.map { $0 > 100 } == true)
        #expect(near.values["fieldpost_batch_bytes_count"].map { $0 >= 1 } == true)
        #expect(near[.alarms, #"alarm="links-plain""#] == 1 && near[.alarms, #"alarm="disk""#] == 0)
        let version = "version=\"\(status.version)\""
        #expect(near[.buildInfo, #"role="gateway""#, version, #"wire="1""#] == 1, "\(near.text.prefix(200))")
        #expect(near[.processMemory].map { $0 > 1_000_000 } == true && near[.processFiles].map { $0 > 5 } == true)
        let started = Date().timeIntervalSince1970 - (near[.processStart] ?? 0)
        #expect((0...600).contains(started), "\(started)")

        let far = try await scrape(central)
        let id = "gateway=\"\(status.node)\""
        #expect(far[.gateways] == 1 && far[.gatewayConnected, id] == 1 && far[.gatewayBacklog, id] == 0)
        #expect(far[.entriesReceived] == Double(status.journal.head) && far[.reports] == 5)
        #expect(far[.backlogEntries, #"lane="entries""#] == nil && near[.gateways] == nil)

        // Central is away: what waits shows, and grows old.
        central.send(SIGKILL)
        _ = try await central.end()
        _ = try await client.create(try Self.report(6))
        let hasAged = try await waits {
            try await scrape(gateway)[.backlogOldest, #"lane="entries""#].map { $0 >= 1 } == true
        }
        #expect(hasAged)
        let alone = try await scrape(gateway)
        #expect(alone[.backlogEntries, #"lane="entries""#] == 1 && alone[.sessions] == 0)
        #expect(alone[.httpRequests, #"route="/v1/reports""#, #"status="201""#] == 6)

        for scrape in [near, far, alone] {
            for report in reports { #expect(!scrape.text.contains("\(report.id)")) }
            // Numbers and NodeIDs may have the digits of a grid in them.
            #expect(!scrape.values.keys.contains { $0.contains(/\b10014\b/) } && !scrape.text.contains("NaN"))
            try check(scrape)
        }
        try expectNames(in: near.names.union(far.names))
    }

    @Test func `The address of metrics answers GET of metrics alone, and a node without the setting has none`()
        async throws
    {
        let node = try await node("gateway")
        let exchange = try HTTPExchange(address: try #require(try await node.socket.status().metricsAddresses.first))
        for (method, path, status): (HTTPMethod, String, Int) in [
            (.POST, "/metrics", 405), (.DELETE, "/metrics", 405), (.GET, "/", 404), (.GET, "/v1/reports", 404),
            (.GET, "/v1/status", 404), (.POST, "/v1/reports", 404), (.GET, "/metrics?x=1", 400),
        ] {
            #expect(await Program.isRefused(status) { _ = try await exchange.send(method, path) }, "\(method) \(path)")
        }
        node.send(SIGTERM)
        #expect(try await node.end() == 0)
        let plain = try Daemon(
            "gateway", directory: "\(place.path)/plain",
            arguments: ["--http", "127.0.0.1:0", "--configuration", try place.file("plain.yaml", "role: gateway\n")])
        #expect(try await plain.says(" ready "), "\(plain.text)")
        #expect(try await plain.socket.status().metricsAddresses == [])
    }

    /// promtool reads the text. Without promtool, that is said and passed over.
    private func check(_ scrape: Scrape) throws {
        if let reason = Tool.whyNot(["promtool"]) {
            FileHandle.standardError.write(Data("The metrics are not checked by promtool: it \(reason).\n".utf8))
            return
        }
        let file = try place.file("\(UUID()).txt", scrape.text)
        let (status, output) = try Tool.shell("promtool check metrics < \(file)", in: place.path)
        #expect(status == 0 && output == "", "\(output)")
    }

    /// The rules and the dashboard use only names that nodes serve.
    private func expectNames(in served: Set<String>) throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        for path in ["Deploy/alerts.yaml", "Deploy/dashboard.json"] {
            let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            let used = Set(text.matches(of: /\b(?:fieldpost|process)_[a-z_]+/).map { String($0.output) })
            #expect(used.count >= 10)
            for name in used {
                let base = name.hasSuffix("_bucket") ? String(name.dropLast(7)) : name
                #expect(served.contains(base), "\(path): \(name)")
            }
        }
        // What central alone, or a node with photos alone, has is in the list too.
        #expect(served.isSubset(of: Set(MetricName.allCases.map(\.rawValue))))
    }
}
