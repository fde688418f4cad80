import ArgumentParser
import FieldpostCore
import UnixSignals

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Replays a CSV file of reports into gateways through their API.",
        discussion: ImportHelp.text)

    @Argument(help: "The CSV file (UTF-8).") var file: String
    @Option(
        help: """
            A gateway's API, as http://host:port, with the token in the environment variable FIELDPOST_HTTP_TOKEN. \
            Several: the reports are split over them. Default: the daemon on this machine, by its admin socket.
            """) var to: [String] = []
    @OptionGroup var daemon: DaemonOptions
    @Option(
        help: """
            What the rows come from, such as a system's name. Rows are then known by this name and their ids: one \
            whose content has changed is refused by name. Default: each row is known by all that it says.
            """) var source: String?
    @Flag(help: "Rows that share an id and differ are reports of their own; the first keeps the id.")
    var takeReusedIds = false
    @Option(help: "Titles used as texts (column `title`). Default: messages_zh.csv beside the file, if there.")
    var messages: String?
    @Option(help: "Types to categories. Default: taxonomy_pingshan_map.csv beside the file.") var map: String?
    @Option(help: "What stays together when there are several gateways: street or community.")
    var gatewaysBy: ReportSplit.Key = .street
    @Option(help: "Only so many rows from the first.") var limit: Int?
    @Option(help: "Requests under way at once.") var concurrency = 16
    @Flag(help: "Print the summary as one JSON object.") var json = false
    @Flag(help: "Read and map every row, and send nothing.") var dryRun = false

    func validate() throws {
        guard (1...64).contains(concurrency) else { throw ValidationError("--concurrency takes 1 to 64.") }
        guard source.map({ !$0.isEmpty }) ?? true else { throw ValidationError("--source takes a name.") }
        guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit takes a number from 1.") }
    }

    func run() async throws {
        let source = try rows()
        let summary: ImportSummary
        if dryRun {
            summary = self.rehearse(source)
        } else {
            let clients = to.isEmpty ? [try daemon.client()] : try to.map { try FieldpostClient(at: $0) }
            let split = ReportSplit(source, over: clients.count, by: gatewaysBy)
            var importer = Importer(clients: clients, split: split, concurrency: concurrency)
            let notice = WaitNotice()
            importer.onRetry = { error in notice.tell(error) }
            summary = await send(source, with: importer)
        }
        TTY.write(json ? try ImportText.json(summary) : ImportText.text(summary, isRehearsal: dryRun))
        guard !summary.isComplete else { return }
        throw ExitCode((summary.failure == nil ? ExitStatus.incomplete : .unavailable).rawValue)
    }

    /// Each report once; what stands twice is told before anything is sent.
    private func rows() throws -> ReportSource {
        let source = try ReportSource.open(path: file, source: self.source, messages: messages, map: map).limited(
            to: limit)
        let repeated = source.repeatedRows
        TTY.writeError(ImportText.repetitions(repeated, file: file))
        guard takeReusedIds || repeated.different.isEmpty else {
            return try source.withoutRepetitions(repeated, path: file)
        }
        return source.distinguishing(repeated)
    }

    private func rehearse(_ source: ReportSource) -> ImportSummary {
        var summary = ImportSummary(rows: source.count)
        for row in source {
            switch row {
            case .report: break
            case .repeated: summary.repeated += 1
            case .refused(let line, let reason):
                summary.malformed += 1
                TTY.writeError(ImportText.rejection(file: file, line: line, reason: reason))
            }
        }
        return summary
    }

    /// Ends early, in order, on SIGINT or SIGTERM.
    private func send(_ source: ReportSource, with importer: Importer) async -> ImportSummary {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return await withTaskGroup(of: ImportSummary?.self) { group in
            group.addTask {
                for await _ in signals { break }
                return nil
            }
            group.addTask { await report(source, importer) }
            var summary: ImportSummary?
            while summary == nil, let result = await group.next() {
                group.cancelAll()
                summary = result
            }
            return summary ?? ImportSummary(rows: source.count, isStopped: true)
        }
    }

    private func report(_ source: ReportSource, _ importer: Importer) async -> ImportSummary {
        let clock = ContinuousClock()
        let start = clock.now
        var progress = Progress(
            label: "import", unit: "reports", total: source.count, isInteractive: TTY.isInteractive)
        let summary = await importer.run(source) { event in
            switch event {
            case .advanced(let done):
                let painted = progress.advance(to: done, elapsed: clock.now - start, columns: TTY.columns)
                if let painted { TTY.writeError(painted) }
            case .rejected(let line, let reason):
                TTY.writeError(progress.clearing + ImportText.rejection(file: file, line: line, reason: reason))
            }
        }
        TTY.writeError(progress.ending)
        return summary
    }
}

extension ReportSplit.Key: ExpressibleByArgument {}
