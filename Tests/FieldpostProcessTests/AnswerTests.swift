import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import GRDB
import Glibc
import MediaSamples
import TestKit
import Testing

/// `why`, `conflicts`, `journal tail` and `status --watch` against running nodes.
@Suite(.serialized, .timeLimit(.minutes(15))) struct AnswerTests {
    private func run(_ arguments: [String], at node: NodeProcess, _ status: Int32 = 0) async throws -> String {
        let (code, text) = try Tool.fieldpost(arguments + ["--state-directory", node.directory])
        #expect(code == status, "\(arguments): \(text)")
        return text
    }

    private func why(_ what: String, at node: NodeProcess) async throws -> Whereabouts {
        try await node.socket.whereabouts(of: what).value
    }

    private func create(at client: FieldpostClient, text: String = "井盖松动") async throws -> ReportID {
        var input = try #require(ReportSource.generated(count: 1, seed: .random(in: 1...1 << 40)).reports.first)
        input.set(.text, text)
        input.set(.grid, "10014")
        input.set(.priority, "normal")
        try await client.create(input)
        return input.id
    }

    @Test func `A report and its photo behind a cut link say what they wait for, and then that they arrived`()
        async throws
    {
        try await Program.withFleet(grids: [["10014"], ["10014"]]) { fleet in
            let (gateway, central) = (fleet.gateways[0], fleet.central)
            _ = try await fleet.converge(within: 120)
            await fleet.links[0].cut()
            #expect(try await waits(120) { try await gateway.socket.status().peers.first?.isConnected == false })
            _ = try await create(at: fleet.gatewayClients[0], text: "占道经营")
            let id = try await create(at: fleet.gatewayClients[0])
            let photo = gateway.directory + "/photo.jpg"
            try Data(SampleJPEG.bytes(after: [UInt8](repeating: 7, count: 500))).write(to: URL(filePath: photo))
            let file = try FileHandle(forReadingFrom: URL(filePath: photo))
            defer { try? file.close() }
            let blob = try await fleet.gatewayClients[0].upload(file)
            _ = try await fleet.gatewayClients[0].attach(blob, to: id, role: nil)

            let text = try await run(["why", id.description], at: gateway)
            for words in [
                "Taken in here at ", "Durable here: 2 entries.", "Central has not confirmed 2 entries of it",
                "Not connected to central, last heard ", "Ahead of it: 1 entry", "It goes as soon as the link is up.",
                "here, not whole at central. It waits for the link.",
            ] { #expect(text.contains(words), "\(words): \(text)") }
            #expect(!text.contains("井盖松动"), "nothing of what the report says")
            // While a dialer waits, the time of its next attempt is known.
            #expect(try await waits(120) { try await why(id.description, at: gateway).uplink?.nextTrySeconds != nil })
            #expect(try await run(["why", "\(id)".uppercased().prefix(23).description], at: gateway).contains("\(id)"))
            #expect(try await run(["why", blob.hex], at: gateway).contains("not whole at central"))
            #expect(try await run(["why", "zz"], at: gateway, 1).contains("SHA-256"))
            #expect(try await run(["why", "\(id)"], at: central, 1).contains("no report"))

            try await fleet.links[0].heal()
            let hasArrived = try await waits(120) {
                let answer = try await why(id.description, at: gateway)
                return answer.report?.waiting == nil && answer.photos.first?.isAtCentral == true
            }
            #expect(hasArrived)
            let after = try await run(["why", id.description], at: gateway)
            #expect(after.contains("Central has confirmed all that was written of it here."), "\(after)")
            #expect(after.contains("here, and whole at central."), "\(after)")

            // At central, with both gateways.
            let isRead = try await waits(120) {
                try await why(id.description, at: central).report?.gateways.map(\.waiting) == [0, 0]
            }
            #expect(isRead)
            let there = try await run(["why", "\(id)", "--json"], at: central)
            let answer = try JSONDecoder().decode(Whereabouts.self, from: Data(there.utf8))
            #expect(answer.role == .central && answer.report?.gateways.map(\.isAuthor) == [true, false])
            #expect(answer.report?.isTakenHere == false && answer.report?.takenAt != nil)
            let shown = try await run(["why", "\(id)"], at: central)
            #expect(shown.contains("Gateway gateway-2: holds all of it."), "\(shown)")

            await fleet.links[1].cut()
            _ = try await fleet.centralClient.patch(id, ReportEdit(fields: ["text": .text("已修复")]))
            let isBehind = try await waits(120) {
                try await why(id.description, at: central).report?.gateways.map(\.waiting) == [0, 1]
            }
            #expect(isBehind, "gateway-1 has the edit, and gateway-2 is away")
        }
    }

    @Test func `A photo on its way over a slow link says how much of it has gone`() async throws {
        try await Program.withFleet { fleet in
            let gateway = fleet.gateways[0]
            _ = try await fleet.converge(within: 120)
            fleet.links[0].condition = LinkCondition(bytesPerSecond: 24 * 1024, delayMilliseconds: 5)
            let id = try await create(at: fleet.gatewayClients[0])
            let photo = gateway.directory + "/photo.jpg"
            try Data(NoisePhoto.jpeg(width: 1_200, height: 800, seed: 3)).write(to: URL(filePath: photo))
            let file = try FileHandle(forReadingFrom: URL(filePath: photo))
            defer { try? file.close() }
            let blob = try await fleet.gatewayClients[0].upload(file)
            _ = try await fleet.gatewayClients[0].attach(blob, to: id, role: nil)
            let isOnItsWay = try await waits(120) {
                guard let one = try await why(blob.hex, at: gateway).photos.first, let sent = one.bytesSent else {
                    return false
                }
                return sent > 0 && sent < one.bytes && !one.isAtCentral
            }
            #expect(isOnItsWay)
            let text = try await run(["why", blob.hex], at: gateway)
            #expect(text.contains("have gone") && text.contains("\(id)"), "\(text)")
            let comes = try await waits(120) {
                try await why(blob.hex, at: fleet.central).photos.first?.bytesHere != nil
            }
            #expect(comes)
            #expect(try await run(["why", "\(id)"], at: fleet.central).contains("on its way here, "))
            fleet.links[0].condition = LinkCondition()
            #expect(try await waits(120) { try await why(blob.hex, at: gateway).photos.first?.isAtCentral == true })
        }
    }

    @Test func `Values in conflict are shown side by side and settled, and never over what came between`() async throws
    {
        try await Program.withFleet { fleet in
            let (gateway, central) = (fleet.gateways[0], fleet.central)
            let id = try await create(at: fleet.gatewayClients[0])
            _ = try await fleet.converge(within: 120)
            #expect(try await run(["conflicts"], at: central).contains("No report here has values in conflict."))
            await fleet.links[0].cut()
            let near = ["text": JSONValue.text("井盖缺失"), "author": .text("王敏")]
            _ = try await fleet.gatewayClients[0].patch(id, ReportEdit(fields: near))
            let far = ["text": JSONValue.text("井盖破损"), "author": .text("李强")]
            _ = try await fleet.centralClient.patch(id, ReportEdit(fields: far))
            try await fleet.links[0].heal()
            _ = try await fleet.converge(within: 120)

            #expect(try await run(["conflicts"], at: central).contains("\(id)  text"))
            #expect(try await run(["why", "\(id)"], at: central).contains("In conflict: text."))
            let shown = try await run(["conflicts", "\(id)"], at: central)
            for words in ["井盖缺失", "井盖破损", "王敏", "李强", "(shown)"] { #expect(shown.contains(words), "\(shown)") }
            let mark = try #require(shown.firstMatch(of: /--seen ([0-9a-f]{8})/)).output.1
            let row = try #require(shown.split(separator: "\n").first { $0.contains("井盖缺失") })
            let number = try #require(row.split(separator: " ").first)

            // Something comes between.
            _ = try await fleet.centralClient.patch(id, ReportEdit(fields: ["grid": .text("10018")]))
            let take = ["conflicts", "\(id)", "--take", "text=\(number)", "--author", "张丽", "--seen"]
            #expect(try await run(take + ["\(mark)"], at: central, 1).contains("Nothing was changed."))
            let again = try await run(["conflicts", "\(id)"], at: central)
            let present = try #require(again.firstMatch(of: /--seen ([0-9a-f]{8})/)).output.1
            #expect(try await run(take + ["\(present)"], at: central).contains("no values are in conflict"))
            let report = try await fleet.centralClient.report(id).report
            #expect(report["fields"]?["text"] == .text("井盖缺失") && report["conflict"] == .boolean(false))
            #expect(try await run(["conflicts", "\(id)", "--set", "text=井盖已换"], at: gateway).contains("no values"))
            _ = try await fleet.converge(within: 120)
            #expect(try await fleet.centralClient.report(id).report["fields"]?["text"] == .text("井盖已换"))

            #expect(try await run(["conflicts", "\(id)", "--take", "text=1"], at: central, 64).contains("--seen"))
            #expect(try await run(["conflicts", "\(id)", "--set", "stage=closed"], at: central, 64).contains("step"))
        }
    }

    @Test func `The newest entries are shown by conditions, without values, and followed`() async throws {
        try await Program.withFleet { fleet in
            let (gateway, central) = (fleet.gateways[0], fleet.central)
            var ids: [ReportID] = []
            for _ in 0..<3 { ids.append(try await create(at: fleet.gatewayClients[0])) }
            _ = try await fleet.converge(within: 120)
            _ = try await fleet.centralClient.patch(ids[0], ReportEdit(fields: ["text": .text("已修复")]))
            func tail(_ arguments: String...) async throws -> [String] {
                try await run(["journal", "tail"] + arguments, at: central).split(separator: "\n").map(String.init)
            }
            let newest = try await tail("-n", "2")
            #expect(newest.count == 2 && newest[1].contains("  changed  \(ids[0])  text"), "\(newest)")
            #expect(!newest[1].contains("已修复"))
            #expect(try await tail("-n", "1", "--values") [0].contains("text=已修复"))
            #expect(try await tail("--report", "\(ids[0])").count == 2)
            #expect(try await tail("--kind", "created").count == 3)
            let node = try await gateway.socket.status().node
            #expect(try await tail("--node", String(node.prefix(12)), "--kind", "created,changed").count == 3)
            #expect(try await tail("--grid", "10014").count == 4)
            #expect(try await tail("--grid", "10099").isEmpty)
            #expect(try await tail("--since", "2099-01-01T00:00:00Z").isEmpty)
            let line = try #require(try await tail("-n", "1", "--json").first)
            let value = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
            #expect(value["fields"] == .list([.text("text")]) && value["report"] == .text("\(ids[0])"))

            let (follower, output) = try start(["journal", "tail", "-n", "1", "--follow"], at: central)
            #expect(try await waits(120) { output().contains("\(ids[0])") })
            let last = try await create(at: fleet.gatewayClients[0])
            #expect(try await waits(120) { output().contains("\(last)") }, "\(output())")
            #expect(output().split(separator: "\n").count == 2)
            #expect(try await interrupt(follower) == 0)
        }
    }

    @Test func `The status is watched until a signal, and a terminal is left as it was`() async throws {
        try await Program.withFleet { fleet in
            let (watch, output) = try start(["status", "--watch", "1", "--json"], at: fleet.central)
            #expect(try await waits(120) { output().split(separator: "\n").count >= 3 })
            #expect(try await interrupt(watch) == 0)
            for line in output().split(separator: "\n") {
                #expect((try? JSONDecoder().decode(NodeStatus.self, from: Data(line.utf8)))?.role == .central)
            }
            let directory = fleet.central.directory
            var (code, drawn): (Int32, String) = (-1, "")
            // A busy machine may not draw anything in the first seconds.
            for seconds in [4, 60] where !drawn.contains("gateway-1") {
                (code, drawn) = try Tool.shell(
                    "script -qec \"timeout --preserve-status --foreground -s INT \(seconds) '\(Program.path)' "
                        + "status --watch 1 --state-directory '\(directory)'\" /dev/null </dev/null", in: directory)
            }
            #expect(code == 0 && drawn.contains("\u{1B}[?1049h") && drawn.contains("gateway-1"), "\(drawn)")
            #expect(drawn.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"), "\(drawn)")
            #expect(try await run(["status", "5"], at: fleet.central, 64).contains("--watch"))
        }
    }

    @Test func `A quarantined entry is shown, and stays when nobody can read it`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let node = try Program.node("central", "central", in: place.path, listens: false)
        _ = try await node.start()
        defer { node.kill() }
        let id = try await create(at: node.socket)
        _ = await node.stop()
        // As a card leaves an entry whose cells lost their charge, and the scrub marks it.
        let file = try DatabaseQueue(path: node.directory + "/journal.sqlite")
        try await file.write { db in
            try db.execute(
                sql: """
                    UPDATE entries SET quarantine = 'the stored bytes do not match their hash', bytes = x'0041'
                    WHERE place = (SELECT max(place) FROM entries WHERE report IS NOT NULL)
                    """)
        }
        try file.close()
        _ = try await node.start()
        let dot = try #require(try await node.socket.quarantine().list.entries.first).dot
        #expect(try await run(["why", "\(id)"], at: node).contains("In quarantine: \(dot)"))
        let shown = try await run(["quarantine", "show", dot], at: node)
        #expect(shown.contains("it is asked for the entry") && shown.contains("  0000  00 41 "), "\(shown)")
        let value = try await run(["quarantine", "show", dot, "--json"], at: node)
        #expect(value.contains("\"cause\":\"corrupt\"") && value.contains("\"start\":\"0041\""), "\(value)")

        #expect(try await run(["quarantine", "replay", dot], at: node, 1).contains("do not match their hash"))
        let replayed = try await run(["quarantine", "replay", "--all"], at: node)
        #expect(replayed.contains("kept unchanged") && replayed.contains("1 stays: "), "\(replayed)")
        #expect(try await run(["quarantine"], at: node).contains(dot))
        let other = dot.replacing(/:\d+$/, with: ":99")
        #expect(try await run(["quarantine", "show", other], at: node, 1).contains("No entry in quarantine"))
        #expect(try await run(["quarantine", "show", "x"], at: node, 64).contains("no dot"))
    }

    // MARK: Commands that go on

    private func start(
        _ arguments: [String], at node: NodeProcess
    ) throws -> (process: Process, output: () -> String) {
        let path = node.directory + "/output-\(UUID().uuidString.prefix(8))"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: Program.path)
        process.arguments = arguments + ["--state-directory", node.directory]
        process.standardInput = FileHandle.nullDevice
        let output = try #require(FileHandle(forWritingAtPath: path))
        process.standardOutput = output
        try process.run()
        return (process, { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" })
    }

    private func interrupt(_ process: Process) async throws -> Int32 {
        Glibc.kill(process.processIdentifier, SIGINT)
        guard try await waits(120, until: { !process.isRunning }) else {
            Glibc.kill(process.processIdentifier, SIGKILL)
            return -1
        }
        return process.terminationReason == .exit ? process.terminationStatus : -2
    }
}
