import FieldpostClient

/// Shows how far a backup or a restore is: on standard error, or as lines of JSON on standard output.
final class BackupProgress {
    private let isJSON: Bool
    private let clock = ContinuousClock()
    private var start: ContinuousClock.Instant
    private var bar: Progress?

    private static let silence = Duration.seconds(2)

    init(isJSON: Bool) {
        self.isJSON = isJSON
        start = clock.now
    }

    /// `total`: 0 if it is not known.
    func begin(_ phase: String, unit: String, total: Int = 0) {
        end()
        start = clock.now
        if isJSON, let line = try? JSONValue.object(["phase": .text(phase)]).encoded() { TTY.write(line + "\n") }
        bar = Progress(label: phase, unit: unit, total: total, isInteractive: TTY.isInteractive)
    }

    func show(_ done: Int, of total: Int? = nil) {
        if let total { bar?.total = total }
        // On an output that cannot be rewritten, what takes less than a moment says nothing.
        guard TTY.isInteractive || clock.now - start >= Self.silence else { return }
        if let painted = bar?.advance(to: done, elapsed: clock.now - start, columns: TTY.columns) {
            TTY.writeError(painted)
        }
    }

    func end() {
        if let bar { TTY.writeError(bar.ending) }
        bar = nil
    }
}
