import ArgumentParser
import FieldpostClient
import FieldpostCore
import UnixSignals

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Imports a CSV file of reports into gateways through their API.",
        discussion: ImportHelp.text)

    @Argument(help: "The CSV file (UTF-8).") var file: String
    @Option(
        help: """
            A gateway's API, as http://host:port, with the token in the environment variable FIELDPOST_HTTP_TOKEN. \
            May be repeated; the reports are then split among the gateways. Default: the daemon on this machine, \
            through its admin socket.
            """) var to: [String] = []
    @OptionGroup var daemon: DaemonOptions
    @Option(
        help: """
            The name of the source system. Rows are then identified by this name and their ids. A row whose content \
            has changed since an earlier import is refused. Default: rows are identified by their whole content.
            """) var source: String?
    @Flag(help: "Import rows with the same id but other content as separate reports. The first keeps the id.")
    var takeReusedIds = false
    @Option(help: "A file of titles to use as texts (column `title`). Default: messages_zh.csv beside <file>, if any.")
    var messages: String?
    @Option(help: "A map from types to categories. Default: taxonomy_pingshan_map.csv beside <file>.") var map: String?
    @Option(help: "With several gateways, what to keep together: street or community.")
    var gatewaysBy: ReportSplit.Key = .street
    @Option(help: "Import only this many rows, from the first.") var limit: Int?
    @Option(help: "The number of parallel requests.") var concurrency = 16
    @Flag(help: "Print the summary as one JSON object.") var json = false
    @Flag(help: "Read and check every row, but send nothing.") var dryRun = false

    func validate() throws {
        guard (1...64).contains(concurrency) else { throw ValidationError("--concurrency must be from 1 to 64.") }
        guard source.map({ !$0.isEmpty }) ?? true else { throw ValidationError("--source must not be empty.") }
        guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit must be at least 1.") }
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

    /// The reports, each once. Duplicate rows are reported before anything is sent.
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

    /// Stops cleanly on SIGINT or SIGTERM.
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
