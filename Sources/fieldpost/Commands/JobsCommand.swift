import ArgumentParser
import FieldpostAPI
import FieldpostClient
import Foundation

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "At central: shows resyncs and how far they are.",
        discussion: """
            Jobs go on by themselves. Example:

              fieldpost jobs show 3

            \(ExitStatus.table)
            """,
        subcommands: [List.self, Show.self, Pause.self, Resume.self, Cancel.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the jobs, the newest first.",
            discussion: """
                With --watch they are shown again every two seconds, until interrupted. Example:

                  fieldpost jobs --state running --watch

                \(ExitStatus.table)
                """)

        @OptionGroup var daemon: DaemonOptions
        @Option(help: "Only jobs in this state.") var state: ResyncJob.State?
        @Flag(help: "Show them again until interrupted.") var watch = false
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            guard watch else { return TTY.write(try await text()) }
            let isScreen = !json && TTY.isOutputInteractive
            try await StatusScreen.watch(every: .seconds(2), isScreen: isScreen) { try await text() }
        }

        private func text() async throws -> String {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.jobs(state) }
            guard !json else { return answer.text.visibleJSON }
            let jobs = answer.value.jobs
            return jobs.isEmpty ? "There are no jobs.\n" : jobs.map(JobsText.line).joined()
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follows a job to its end, and shows what came of it.", discussion: ExitStatus.table)

        @OptionGroup var one: One

        func run() async throws { try await Interruption.during(saying: JobsText.goesOn) { try await show() } }

        private func show() async throws {
            let client = try one.daemon.client()
            let job = try await DaemonOptions.explaining { () throws(ClientError) in try await client.job(one.number) }
            let end = try await JobsText.follow(job.value, client, json: one.json)
            if !one.json { TTY.write(JobsText.outcome(end)) }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pauses a job. What it moved stays.", discussion: ExitStatus.table)

        @OptionGroup var one: One

        func run() async throws { try await one.change("pause") }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Goes on with a job that was paused.", discussion: ExitStatus.table)

        @OptionGroup var one: One

        func run() async throws { try await one.change("resume") }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends a job. What it moved stays.", discussion: ExitStatus.table)

        @OptionGroup var one: One

        func run() async throws { try await one.change("cancel") }
    }

    struct One: ParsableArguments {
        @Argument(help: "The number of the job.") var number: Int
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func change(_ verb: String) async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.changeJob(number, verb)
            }
            TTY.write(json ? answer.text.visibleJSON : JobsText.line(answer.value))
        }
    }
}

extension ResyncJob.State: ExpressibleByArgument {}

/// What people read of jobs.
enum JobsText {
    /// After an interruption.
    static let goesOn =
        "Stopped watching. What was asked for goes on at central: `fieldpost jobs` shows it, and "
        + "`fieldpost jobs cancel N` ends it."

    /// How long a job is followed while central does not answer: it may be restarted.
    private static let patience = Duration.seconds(120)

    /// One line.
    static func line(_ job: ResyncJob) -> String {
        var parts = ["\(job.number)", job.gateway.visibleLine, job.mode.rawValue, job.state.rawValue]
        if job.state == .running, job.total > 0 {
            parts.append("\(job.phase) \(Quantity.count(job.done))/\(Quantity.count(job.total))")
        }
        if job.state == .finished { parts.append(result(job)) }
        if !job.words.isEmpty { parts.append(job.words.visibleLine) }
        return parts.joined(separator: "  ") + "\n"
    }

    private static func result(_ job: ResyncJob) -> String {
        let moved = job.moved > 0 ? ", \(Quantity.count(job.moved)) moved" : ""
        if job.mode == .blobs {
            return job.moved == 0 ? "all whole" : "\(Quantity.count(job.moved)) lost and asked for"
        }
        guard job.differing > 0 else { return (job.mode == .full ? "all pulled" : "equal") + moved }
        return "\(job.isTruncated ? "more than " : "")\(Quantity.count(job.differing)) differ\(moved)"
    }

    /// All that came of a job that is over, and what to do next.
    static func outcome(_ job: ResyncJob) -> String {
        var text = "Job \(job.number), \(job.mode.rawValue) of \(job.gateway.visibleLine): "
        guard job.state == .finished else {
            return text + "\(job.state.rawValue). \(job.words.visibleLine)\n"
        }
        text += result(job) + ".\n"
        for one in job.differences { text += "  " + words(one) + "\n" }
        let unnamed = job.differing > UInt64(job.differences.count) ? job.differing - UInt64(job.differences.count) : 0
        if unnamed > 0 { text += "  … and \(Quantity.count(unnamed)) more\n" }
        if let bytes = job.repairBytes, job.mode == .verify || job.mode == .deep {
            let time = job.repairSeconds.map { ", about \(Quantity.duration(seconds: Int(clamping: $0))) on this link" }
            text += "A repair would move about \(Quantity.bytes(bytes))\(time ?? ""): "
                + "`fieldpost resync \(job.gateway.visibleLine) --repair`.\n"
        }
        return text
    }

    private static func words(_ one: ResyncJob.Difference) -> String {
        let what = "\(one.kind) \(one.id.visibleLine)"
        return switch (one.kind, one.side) {
        case ("row", let side): "\(what): what follows from its entries was damaged at \(side), and is repaired"
        case ("file", _): "photo \(one.id.visibleLine): its file is gone at central, and it is asked for again"
        case ("photo", _): "\(what): corrupt at central, set aside, and asked for again"
        case (_, "other"): "\(what): both hold it, and they differ"
        case (_, "both"): "\(what): both lack it"
        case (_, let side): "\(what): \(side) lacks it"
        }
    }

    /// Shows how far a job is until it is over, or paused.
    static func follow(_ first: ResyncJob, _ client: FieldpostClient, json: Bool) async throws -> ResyncJob {
        var job = first
        let clock = ContinuousClock()
        var start = clock.now
        var progress = Progress(label: "", unit: "", total: 0, isInteractive: TTY.isInteractive)
        var phase = ""
        var words = ""
        var written: ResyncJob?
        while true {
            if json, job != written {
                let text = String(bytes: try JSONEncoder().encode(job), encoding: .utf8) ?? ""
                TTY.write(text.visibleJSON + "\n")
                written = job
            }
            if !json {
                if job.phase != phase, !job.phase.isEmpty {
                    TTY.writeError(progress.ending)
                    (phase, start) = (job.phase, clock.now)
                    progress = Progress(
                        label: "\(job.gateway.visibleLine): \(phase)", unit: phase == "photos" ? "bytes" : "entries",
                        total: 0, isInteractive: TTY.isInteractive)
                }
                if job.words != words, !job.words.isEmpty {
                    TTY.writeError(progress.ending + job.words.visibleLine + "\n")
                }
                words = job.words
                progress.total = Int(clamping: job.total)
                if job.total > 0, let painted = progress.advance(
                    to: Int(clamping: job.done), elapsed: clock.now - start, columns: TTY.columns)
                {
                    TTY.writeError(painted)
                }
            }
            guard !job.state.isOver, job.state != .paused else { break }
            try await Task.sleep(for: .milliseconds(250))
            job = try await again(job, client) { TTY.writeError((json ? "" : progress.ending) + $0 + "\n") }
        }
        if !json { TTY.writeError(progress.ending) }
        return job
    }

    /// How a job is now. Waits for central if it does not answer, and says so.
    private static func again(
        _ job: ResyncJob, _ client: FieldpostClient, tell: (String) -> Void
    ) async throws -> ResyncJob {
        let end = ContinuousClock.now + patience
        var isSilent = false
        while true {
            do throws(ClientError) {
                return try await client.job(job.number).value
            } catch {
                guard case .unreachable = error, ContinuousClock.now < end else { throw DaemonOptions.explained(error) }
                if !isSilent { tell("Central does not answer. Job \(job.number) goes on when central runs again.") }
                isSilent = true
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}
