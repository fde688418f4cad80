// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import FieldpostCore
import FieldpostNode
import Foundation
import Glibc
import Logging

/// A longer wait before each start, when the starts before it ended by faults. systemd before version 254 starts a unit
/// again after the same time for ever, and then a node that always fails keeps its machine busy.
///
/// A file in the state directory counts the starts of this boot that have not ended well so far. It has one line, is
/// replaced at each start, and goes when the node was stopped or ran well for a while. A file that cannot be read
/// counts as none. Only systemd's nodes have one: who starts a node by hand is there to look at it.
struct FaultPause: Sendable {
    private let path: String
    private let boot: String
    private let isUsed: Bool

    init(stateDirectory: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
        path = stateDirectory + "/starts"
        boot = "\(HostClock().boot)"
        isUsed = environment["NOTIFY_SOCKET"].map { !$0.isEmpty } ?? false
    }

    /// Counts this start, and waits if earlier ones ended by faults. `isStopped`: ends the wait. Returns false if it
    /// did.
    func begin(logger: Logger, isStopped: @Sendable () -> Bool) async -> Bool {
        guard isUsed else { return true }
        let faults = self.faults
        // Without room on the disk, the count stays as it was.
        try? PrivateFile.write(Array("\(faults + 1) \(boot)\n".utf8), path: path, replaces: true)
        let seconds = Self.seconds(after: faults)
        guard seconds > 0 else { return true }
        let end = Date.now.addingTimeInterval(TimeInterval(seconds))
        let line =
            "waits until \(end.formatted(date: .omitted, time: .standard)): it ended by a fault \(faults) times in a "
            + "row, and the log says why; `systemctl restart` starts it at once"
        logger.warning("\(line)")
        let notifier = ServiceNotifier()
        notifier.send("STATUS=\(line)\nEXTEND_TIMEOUT_USEC=\((seconds + Limits.startStepSeconds) * 1_000_000)")
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while clock.now < deadline {
            guard !isStopped() else { return false }
            try? await Task.sleep(for: .milliseconds(100))
        }
        notifier.send("STATUS=starting")
        return !isStopped()
    }

    /// The node was stopped, or ran well for a while, or ended for a reason that only a person can mend: then nothing
    /// starts it by itself.
    func forget() {
        if isUsed { unlink(path) }
    }

    /// How many starts in a row have not ended well.
    private var faults: Int {
        guard let bytes = try? SmallFile.read(path, limit: Limits.startFileBytes) else { return 0 }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        // A power cut or a reboot is no fault of the program.
        guard words.count == 2, words[1] == boot, let count = Int(words[0]), count > 0 else { return 0 }
        return min(count, Limits.countedFaults)
    }

    /// Nothing after the first faults, then twice as long each time.
    static func seconds(after faults: Int) -> Int {
        guard faults >= Limits.faultsAtOnce else { return 0 }
        let doublings = min(faults - Limits.faultsAtOnce, 16)
        return min(Limits.faultPauseSeconds << doublings, Limits.mostFaultPauseSeconds)
    }
}
