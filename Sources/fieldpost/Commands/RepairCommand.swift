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

            \(ExitStatus.table)
            """)

    @Option(help: "The daemon's state directory. Default: as configured, else /var/lib/fieldpost.")
    var stateDirectory: String?

    @Option(name: .customLong("configuration"), help: "The file that the daemon reads.")
    var configurationFile: String?

    @Flag(help: "Only say what can be read, and change nothing.") var check = false
    @Flag(help: "Build the journal anew even if no damage is seen.") var rebuild = false
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
        if check, rebuild { throw ValidationError("--check changes nothing and --rebuild does: give one of them.") }
    }

    func run() throws {
        let directory = try DaemonLookup(file: configurationFile).stateDirectory(stateDirectory)
        let node = try NodeKey.ofNode(in: directory, creates: false).node
        let damage = try damage(directory, node)
        if check {
            let findings = try watched { show throws(JournalError) in
                try Journal.examine(directory: directory, node: node, codec: EntryCodec(), progress: show)
            }
            return try put(RepairText.checked(findings, damage: damage), RepairText.object(findings, damage: damage))
        }
        guard damage != nil || rebuild else {
            return try put(
                "The journal in \(directory) is sound: every page was read. Nothing was changed.\n",
                .object(["is_damaged": .boolean(false), "is_rebuilt": .boolean(false)]))
        }
        let rebuilt = try watched { show throws(JournalError) in
            try Journal.rebuild(directory: directory, node: node, codec: EntryCodec(), progress: show)
        }
        try put(RepairText.rebuilt(rebuilt, damage: damage), RepairText.object(rebuilt, damage: damage))
    }

    /// What is wrong with the journal; nil when nothing is seen.
    private func damage(_ directory: String, _ node: NodeID) throws -> String? {
        let isThere: Bool
        do throws(JournalError) {
            isThere = try Journal.isSound(directory: directory, node: node)
        } catch .damaged(_, let reason) {
            return reason
        }
        guard isThere else {
            throw CommandFailure(
                .inputOutput,
                "There is no journal in \(directory), nor a trace of one, so there is nothing to repair. "
                    + "Name the node's --state-directory.")
        }
        return nil
    }

    /// Shows how far the work is.
    private func watched<Value>(
        _ work: (_ show: (RepairProgress) -> Void) throws(JournalError) -> Value
    ) throws -> Value {
        let clock = ContinuousClock()
        var start = clock.now
        var phase: RepairProgress.Phase?
        var bar = Progress(label: "", unit: "", total: 0, isInteractive: Terminal.isInteractive)
        defer { Terminal.writeError(bar.ending) }
        return try work { progress in
            if progress.phase != phase {
                Terminal.writeError(bar.ending)
                (phase, start) = (progress.phase, clock.now)
                bar =
                    switch progress.phase {
                    case .reading:
                        Progress(label: "reading", unit: "pages", total: 0, isInteractive: Terminal.isInteractive)
                    case .writing:
                        Progress(label: "writing", unit: "entries", total: 0, isInteractive: Terminal.isInteractive)
                    }
            }
            bar.total = Int(progress.total)
            let painted = bar.advance(
                to: Int(progress.done), elapsed: clock.now - start, columns: Terminal.columns)
            if let painted { Terminal.writeError(painted) }
        }
    }

    private func put(_ text: String, _ object: JSONValue) throws {
        Terminal.write(json ? try object.encoded() + "\n" : text)
    }
}
