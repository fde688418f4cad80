import ArgumentParser
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation

/// `fieldpost demo`: a whole fleet on this machine, with its links cut and healed.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows a central node and its gateways at work on this machine, with links cut and healed.",
        discussion: """
            Starts every node as a process of its own on loopback, in a directory that is removed at the end. Ends \
            with 0 only if every report is at central exactly once, every photo with its hash, and all digests agree.
            """)

    @Option(
        name: .customLong("input"), help: "A CSV of reports to replay (see `import --help`). Default: made-up reports.")
    var input: String?
    @Option(help: "The file of texts for the Pingshan form. Default: looked for beside the input.") var messages:
        String?
    @Option(help: "The file that maps the Pingshan form's types. Default: looked for beside the input.") var map:
        String?
    @Option(help: "How many reports to make up, or at most to take from the input.") var reports: Int?
    @Option(name: .customLong("repeat"), help: "Replay the input so many times, each under ids of its own.")
    var rounds = 1
    @Option(help: "How many gateways.") var gateways = 3
    @Option(help: "How often a link is cut and healed.") var cuts = 2
    @Option(help: "How many reports are edited on both sides of the cuts.") var edits = 24
    @Option(help: "How many processes are killed (SIGKILL) at random moments, and started again.") var kills = 0
    @Option(help: "How many photos go to central over links that are cut in the middle.") var photos = 9
    @Option(help: "How many requests are under way at once.") var concurrency = 32
    @Option(help: "Keep the nodes' directories here, with their logs.") var keep: String?
    @Flag(help: "Then keep all nodes running, with reports that go on coming in, and print the console's address.")
    var open = false
    @Flag(help: "Print one JSON object at the end, and nothing else.") var json = false

    private static let madeUp = 1200
    /// So that the console opens soon.
    private static let madeUpBeforeOpening = 300

    /// This program.
    private static var ownProgram: String {
        get throws { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }
    }

    func validate() throws {
        guard (1...16).contains(gateways) else { throw ValidationError("--gateways takes 1 to 16.") }
        guard (0...100).contains(cuts) else { throw ValidationError("--cuts takes 0 to 100.") }
        guard !open || !json else { throw ValidationError("--open goes on until it is interrupted: without --json.") }
        guard edits >= 0, kills >= 0 else { throw ValidationError("--edits and --kills take 0 or more.") }
        guard edits == 0 || cuts > 0, kills == 0 || cuts > 0 else {
            throw ValidationError("--edits and --kills happen around cuts: --cuts must be 1 or more.")
        }
        guard (0...1000).contains(photos) else { throw ValidationError("--photos takes 0 to 1000.") }
        guard (1...1000).contains(rounds) else { throw ValidationError("--repeat takes 1 to 1000.") }
        guard (1...256).contains(concurrency) else { throw ValidationError("--concurrency takes 1 to 256.") }
        if let reports { guard reports >= 100 else { throw ValidationError("--reports takes 100 or more.") } }
    }

    func run() async throws {
        let source = try source()
        let plan = DemoPlan(
            source: source.repeated(rounds), gateways: gateways, cuts: cuts, edits: edits, kills: kills,
            photos: photos, concurrency: concurrency, sourceRows: source.count)
        let directory = try workingDirectory()
        let isQuiet = json
        let tell: @Sendable (String) -> Void = { if !isQuiet { TTY.write($0 + "\n") } }
        defer { if keep == nil { try? FileManager.default.removeItem(atPath: directory) } }
        let summary = try await Interruption.during(isOrderly: open) {
            try await perform(plan, in: directory, tell: tell)
        }
        try finish(summary)
    }

    private func perform(
        _ plan: DemoPlan, in directory: String, tell: @escaping @Sendable (String) -> Void
    ) async throws -> DemoSummary {
        let start = ContinuousClock.now
        let split = ReportSplit(plan.source, over: gateways, by: .street)
        let grids = grids(plan, split)
        let fleet = try await Fleet.start(
            program: Self.ownProgram, grids: grids, directory: directory, hasPages: open)
        defer { fleet.kill() }
        tell("A central node and \(gateways) gateways run, each a process of its own, below \(directory).")
        let story = Story(
            plan: plan, fleet: fleet, feeder: Feeder(plan: plan, split: split, fleet: fleet), grids: grids,
            directory: directory, tell: tell)
        var summary = try await story.run()
        summary.seconds = (ContinuousClock.now - start) / .seconds(1)
        if open {
            tell(summary.text)
            try await OpenHouse(fleet: fleet, tell: tell).run()
        }
        // Also when the open house was interrupted.
        let unwell = await Task { await fleet.stop() }.value
        summary.failures += unwell.map { "\($0) did not end in good order" }
        return summary
    }

    private func source() throws -> ReportSource {
        guard let input else { return .generated(
                count: reports ?? (open ? Self.madeUpBeforeOpening : Self.madeUp), seed: 1) }
        let source = try ReportSource.open(path: input, messages: messages, map: map).limited(to: reports)
        return try source.withoutRepetitions(source.repeatedRows, path: input)
    }

    /// Each gateway serves the grids of the reports it takes in.
    private func grids(_ plan: DemoPlan, _ split: ReportSplit) -> [[String]] {
        var grids = Array(repeating: Set<String>(), count: gateways)
        for case .report(let report) in plan.source.limited(to: plan.sourceRows) {
            guard let grid = report.fields[FieldName.grid.rawValue]?.text else { continue }
            grids[split.gateway(of: report)].insert(grid)
        }
        guard open else { return grids.map { $0.sorted() } }
        return grids.enumerated().map { number, own in
            own.sorted() + OpenHouse.grids(of: number, of: gateways)
        }
    }

    private func workingDirectory() throws -> String {
        let directory =
            keep ?? FileManager.default.temporaryDirectory.path
            + "/fieldpost-demo-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        guard !FileManager.default.fileExists(atPath: directory) else {
            throw CommandFailure(.cannotCreate, "\(directory) exists already. Name another directory, or remove it.")
        }
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return directory
    }

    private func finish(_ summary: DemoSummary) throws {
        if json {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            TTY.write(String(decoding: try encoder.encode(summary), as: UTF8.self) + "\n")
        } else {
            TTY.write((open ? "" : summary.text) + "Nothing is left running.\n")
        }
        guard summary.failures.isEmpty else {
            throw CommandFailure(
                .incomplete, "The demo did not succeed: " + summary.failures.joined(separator: "; ") + ".")
        }
    }
}
