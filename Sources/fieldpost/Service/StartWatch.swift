// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import Dispatch
import FieldpostCore
import FieldpostNode
import Foundation
import Glibc

/// Asks systemd for more time while a node opens its journal, as long as that goes on: a migration or a check of a
/// large journal after a crash may take longer than the unit allows. What hangs gets no more time.
///
/// It has a thread of its own, because opening blocks those of tasks.
struct StartWatch {
    private let timer: any DispatchSourceTimer

    /// `step`: between two requests. Each asks for three times as much.
    init(
        stateDirectory: String, notifier: ServiceNotifier = ServiceNotifier(),
        step: Duration = .seconds(Limits.startStepSeconds)
    ) {
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "fieldpost.start"))
        let start = ContinuousClock.now
        nonisolated(unsafe) var former = Self.work
        let milliseconds = Int(step / .milliseconds(1))
        timer.setEventHandler {
            // Only this queue touches `former`.
            let work = Self.work
            defer { former = work }
            guard work > former + Self.idleWork else { return }
            let seconds = (ContinuousClock.now - start).components.seconds
            let bytes = ["", "-wal"].reduce(UInt64(0)) { $0 + Self.size("\(stateDirectory)/journal.sqlite\($1)") }
            notifier.send(
                "EXTEND_TIMEOUT_USEC=\(3 * milliseconds * 1000)\nSTATUS=opening the journal "
                    + "(\(Quantity.bytes(bytes)) with its log) for \(Quantity.duration(seconds: seconds))")
        }
        timer.schedule(deadline: .now() + .milliseconds(milliseconds), repeating: .milliseconds(milliseconds))
        timer.activate()
    }

    func end() { timer.cancel() }

    /// What this process has done so far: milliseconds of CPU time, and blocks read and written.
    private static var work: Int {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return seconds * 1000 + Int(microseconds) / 1000 + usage.ru_inblock + usage.ru_oublock
    }

    /// What the watch itself and idle threads may do between two looks.
    private static let idleWork = 20

    private static func size(_ path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(clamping: status.st_size) : 0
    }
}
