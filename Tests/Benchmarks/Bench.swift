import Dispatch
import Foundation
import Glibc
import Synchronization

/// `fieldpost-bench`: measures Fieldpost on this machine. `Tests/bench.sh` builds and runs it.
@main
struct Bench {
    /// Not `async`: valgrind does not survive that libdispatch ends the main thread.
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            if arguments.first == "operation" {
                try MicroPart.runOperation(Array(arguments.dropFirst()))
                exit(0)
            }
            raiseFileLimit()
            let options = try Options(arguments)
            setenv("TMPDIR", options.directory, 1)
            exit(waiting { await run(options) } ? 0 : 1)
        } catch {
            Log.say("\(error)")
            exit(64)
        }
    }

    /// Runs the parts. False if one failed.
    private static func run(_ options: Options) async -> Bool {
        let results = Results(file: options.results, binary: options.binary)
        for part in options.parts {
            Log.say("\(part.rawValue): \(part.purpose)")
            let start = ContinuousClock.now
            do {
                try await part.run(options, results)
            } catch {
                results.note(part.rawValue, "failed: \(error)")
            }
            Log.say("\(part.rawValue): \(Int((ContinuousClock.now - start) / .seconds(1))) s")
        }
        Log.write(results.table)
        return !results.hasFailures
    }

    /// Holds up the main thread until the work is done.
    static func waiting<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
        let result = Mutex<Value?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        Task {
            let value = await work()
            result.withLock { $0 = value }
            isDone.signal()
        }
        isDone.wait()
        guard let value = result.withLock({ $0 }) else { preconditionFailure("the work gave no result") }
        return value
    }

    /// Each simulated gateway takes a descriptor here, and one in central, which inherits the limit. Only root may go
    /// beyond the hard limit.
    private static func raiseFileLimit() {
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return }
        var more = rlimit(rlim_cur: 65_536, rlim_max: 65_536)
        guard limit.rlim_max < more.rlim_max, setrlimit(kind, &more) == 0 else {
            limit.rlim_cur = limit.rlim_max
            setrlimit(kind, &limit)
            return
        }
    }
}

/// What people see while the parts run (standard error), and the table at the end (standard output).
enum Log {
    static func say(_ text: String) { FileHandle.standardError.write(Data("bench: \(text)\n".utf8)) }

    static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
