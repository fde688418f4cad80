import ArgumentParser
import FieldpostAPI
import FieldpostClient
import Foundation

struct ResyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resync",
        abstract: "At central: compares what central and a gateway hold, and repairs what differs.",
        discussion: """
            Central carries it out as a job, which survives restarts of both and broken links; it only ever adds. \
            Without an option it compares, which is quick and moves nothing. This command shows how far the job is; if \
            it is interrupted, the job goes on. Examples:

              fieldpost resync station-1
              fieldpost resync station-1 --repair --rate 100k
              fieldpost resync --all --detach

            It ends with 0 if both sides hold the same, and with 1 if something differs or was not done.

            \(ExitStatus.table)
            """)

    @Argument(help: "The gateway's name, or the first digits of its NodeID.") var gateway: String?
    @Flag(help: "All gateways that are enrolled.") var all = false
    @Flag(name: .customLong("verify"), help: "Compare, and move nothing. This is what happens without an option.")
    var verifies = false
    @Flag(help: "Compare by reading every byte again. This finds corruption, and repairs what follows from entries.")
    var deep = false
    @Flag(help: "Move what differs, both ways.") var repair = false
    @Flag(help: "Pull all entries of the gateway again.") var full = false
    @Flag(help: "Read all photos and clips at central again, and ask for those that are lost.") var blobs = false
    @Flag(help: "Give a gateway that was replaced, or lost its journal, all reports of its grids.")
    var gatewayFromCentral = false
    @Option(help: "How many bytes a second a repair may move, or --blobs read, such as 100k or 2M.") var rate: String?
    @Flag(help: "Do not wait for the end. `fieldpost jobs` shows how far it is.") var detach = false
    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print the job as a JSON object, whenever it has changed.") var json = false

    private var mode: ResyncJob.Mode { modes.first ?? .verify }

    private var modes: [ResyncJob.Mode] {
        let given: [(Bool, ResyncJob.Mode)] = [
            (verifies, .verify), (deep, .deep), (repair, .repair), (full, .full), (blobs, .blobs),
            (gatewayFromCentral, .rebuild),
        ]
        return given.filter(\.0).map(\.1)
    }

    func validate() throws {
        guard (gateway != nil) != all else { throw ValidationError("Give the name of one gateway, or --all.") }
        guard modes.count < 2 else { throw ValidationError("Give one of the options that say what to do.") }
        guard rate == nil || mode.takesRate else {
            throw ValidationError("--rate is for --repair, --blobs and --gateway-from-central.")
        }
        if let rate, Self.bytes(rate) == nil {
            throw ValidationError("--rate \(rate) is no number of bytes, such as 100k or 2M.")
        }
    }

    /// "100k" → 102,400.
    static func bytes(_ text: String) -> Int? {
        let units: [Character: Int] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
        let factor = text.lowercased().last.flatMap { units[$0] }
        guard let number = Int(factor == nil ? text : String(text.dropLast())), number > 0 else { return nil }
        let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: factor ?? 1)
        return isTooLarge ? nil : bytes
    }

    func run() async throws { try await Interruption.during(saying: JobsText.goesOn) { try await begin() } }

    private func begin() async throws {
        let client = try daemon.client()
        var jobs: [ResyncJob] = []
        for name in try await names(client) {
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.resync(gateway: name, mode: mode, rate: rate.flatMap(Self.bytes))
            }
            jobs.append(answer.value)
            if detach { TTY.write(json ? answer.text.visibleJSON : JobsText.line(answer.value)) }
        }
        guard !detach else { return }
        var isEqual = true
        for job in jobs {
            let end = try await JobsText.follow(job, client, json: json)
            if !json { TTY.write(JobsText.outcome(end)) }
            if end.state != .finished || end.differing > 0 { isEqual = false }
        }
        guard isEqual else { throw ExitCode(ExitStatus.incomplete.rawValue) }
    }

    private func names(_ client: FieldpostClient) async throws -> [String] {
        if let gateway { return [gateway] }
        let list = try await DaemonOptions.explaining { () throws(ClientError) in try await client.gateways() }
        return list.value.gateways.filter { $0.state == .enrolled }.map(\.node)
    }
}
