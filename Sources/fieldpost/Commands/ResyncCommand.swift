import ArgumentParser
import FieldpostAPI
import FieldpostClient
import Foundation

struct ResyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resync",
        abstract:
            "At central: pulls a gateway's journal again from its start, compares hashes, and adds missing entries.",
        discussion: ExitStatus.table(
            below: "It never deletes anything. It may be interrupted and started again at any time."))

    @Argument(help: "The gateway's name, or the first digits of its NodeID.") var gateway: String
    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print each step as one JSON object per line.") var json = false

    func run() async throws {
        let client = try daemon.client()
        let clock = ContinuousClock()
        let start = clock.now
        var progress = Progress(
            label: "resync \(gateway)", unit: "entries", total: 0, isInteractive: TTY.isInteractive)
        let last: ResyncState?
        do throws(ClientError) {
            last = try await client.resync(gateway: gateway) { state, line in
                if json { return TTY.write(String(decoding: line, as: UTF8.self) + "\n") }
                progress.total = Int(clamping: state.total)
                let painted = progress.advance(
                    to: Int(clamping: state.done), elapsed: clock.now - start, columns: TTY.columns)
                if let painted { TTY.writeError(painted) }
            }
        } catch {
            TTY.writeError(progress.ending)
            throw DaemonOptions.explained(error)
        }
        TTY.writeError(progress.ending)
        guard let last, last.isFinished else {
            throw CommandFailure(
                .unavailable, "The daemon stopped before the resync was done. Added entries are kept. Start it again.")
        }
        guard !json else { return }
        let seconds = (clock.now - start).components.seconds
        TTY.write(
            "Compared \(Quantity.count(last.done)) entries of \(gateway) in \(Quantity.duration(seconds: seconds)): "
                + (last.added == 0
                    ? "none was missing.\n" : "\(Quantity.count(last.added)) were missing and have been added.\n"))
    }
}
