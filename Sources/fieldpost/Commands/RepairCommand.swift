import ArgumentParser
import FieldpostClient
import FieldpostCore
import FieldpostJournal
import FieldpostNode
import FieldpostStore
import FieldpostWire

struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Builds a new journal from the readable entries of a damaged one. The daemon must not be running.",
        discussion: """
            Every entry found is checked against its hash. The damaged files are kept under other names, and nothing \
            is ever deleted. Once the daemon runs, it fetches unreadable entries from the nodes that hold them. \
            The command may be interrupted and started again at any time.

            If no damage is found, nothing is changed. If the node still does not start, use --force as the last \
            resort.

            \(ExitStatus.table)
            """)

    @Option(help: "The daemon's state directory. Default: from the configuration, else /var/lib/fieldpost.")
    var stateDirectory: String?

    @Option(name: .customLong("configuration"), help: "The daemon's configuration file.")
    var configurationFile: String?

    @Flag(help: "Only report what can be read. Change nothing.") var check = false
    @Flag(help: "Build a new journal even if no damage is found.") var force = false
    /// The old name of `--force`.
    @Flag(help: .hidden) var rebuild = false
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
        if check, force || rebuild {
            throw ValidationError("Use only one of --check and --force.")
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

    /// The damage of the journal, nil when none was found; and the results of checks that a second check did not
    /// confirm.
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
            "There is no journal in \(directory), and no trace of one, so there is nothing to repair. "
                + "Name the node's --state-directory.")
    }

    /// Shows the progress.
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
