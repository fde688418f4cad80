import ArgumentParser
import FieldpostCore
import FieldpostJournal
import FieldpostNode
import FieldpostWire

struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Builds a new journal from what can be read of a damaged one. The daemon must not run.",
        discussion: """
            Every entry found is checked against its hash. The damaged files are kept under other names, and nothing \
            is ever deleted. What could not be read here comes back from the nodes that hold it, once the daemon runs. \
            The command may be broken off and started again at any time.

            Where nothing is found wrong, nothing is done. Should the node not start all the same, the last resort is \
            --force.

            \(ExitStatus.table)
            """)

    @Option(help: "The daemon's state directory. Default: as configured, else /var/lib/fieldpost.")
    var stateDirectory: String?

    @Option(name: .customLong("configuration"), help: "The file that the daemon reads.")
    var configurationFile: String?

    @Flag(help: "Only say what can be read, and change nothing.") var check = false
    @Flag(help: "Build the journal anew even if no damage is found.") var force = false
    /// What `--force` was called before.
    @Flag(help: .hidden) var rebuild = false
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
        if check, force || rebuild {
            throw ValidationError("--check changes nothing and --force does: give one of them.")
        }
    }

    func run() throws {
        let directory = try DaemonLookup(file: configurationFile).stateDirectory(stateDirectory)
        let node = try NodeKey.ofNode(in: directory, creates: false).node
        let (damage, doubts) = try inspect(directory, node)
        if check {
            let findings = try watched { show throws(JournalError) in
                try Journal.examine(directory: directory, node: node, codec: EntryCodec(), progress: show)
            }
            return try put(
                RepairText.checked(findings, damage: damage, doubts: doubts),
                RepairText.object(findings, damage: damage))
        }
        guard damage != nil || force || rebuild else {
            return try put(
                RepairText.sound(directory, doubts: doubts),
                .object([
                    "is_damaged": .boolean(false), "is_rebuilt": .boolean(false),
                    "doubts": .list(doubts.map { .text($0) }),
                ]))
        }
        let rebuilt = try watched { show throws(JournalError) in
            try Journal.rebuild(directory: directory, node: node, codec: EntryCodec(), progress: show)
        }
        try put(RepairText.rebuilt(rebuilt, damage: damage), RepairText.object(rebuilt, damage: damage))
    }

    /// What is wrong with the journal, nil when nothing is found; and what a check complained of that a second look did
    /// not bear out.
    private func inspect(_ directory: String, _ node: NodeID) throws -> (damage: String?, doubts: [String]) {
        do throws(JournalError) {
            if let doubts = try Journal.inspect(directory: directory, node: node, codec: EntryCodec()) {
                return (nil, doubts)
            }
        } catch .damaged(_, let reason) {
            return (reason, [])
        }
        throw CommandFailure(
            .inputOutput,
            "There is no journal in \(directory), nor a trace of one, so there is nothing to repair. "
                + "Name the node's --state-directory.")
    }

    /// Shows how far the work is.
    private func watched<Value>(
        _ work: (_ show: (RepairProgress) -> Void) throws(JournalError) -> Value
    ) throws -> Value {
        let clock = ContinuousClock()
        var start = clock.now
        var phase: RepairProgress.Phase?
        var bar = Progress(label: "", unit: "", total: 0, isInteractive: TTY.isInteractive)
        defer { TTY.writeError(bar.ending) }
        return try work { progress in
            if progress.phase != phase {
                TTY.writeError(bar.ending)
                (phase, start) = (progress.phase, clock.now)
                bar =
                    switch progress.phase {
                    case .reading:
                        Progress(label: "reading", unit: "pages", total: 0, isInteractive: TTY.isInteractive)
                    case .writing:
                        Progress(label: "writing", unit: "entries", total: 0, isInteractive: TTY.isInteractive)
                    }
            }
            bar.total = Int(progress.total)
            let painted = bar.advance(
                to: Int(progress.done), elapsed: clock.now - start, columns: TTY.columns)
            if let painted { TTY.writeError(painted) }
        }
    }

    private func put(_ text: String, _ object: JSONValue) throws {
        TTY.write(json ? try object.encoded() + "\n" : text)
    }
}
