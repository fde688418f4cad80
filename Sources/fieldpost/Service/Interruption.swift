import Glibc
import UnixSignals

/// Long work that ends early and cleanly on SIGINT or SIGTERM.
enum Interruption {
    /// Runs work that a person ends by a signal. Then the process ends well, after `cleanUp`. Only for work that
    /// changes nothing, because it is not waited for.
    static func untilStopped(
        cleanUp: @escaping @Sendable () -> Void = {}, _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals {
                    cleanUp()
                    exit(ExitStatus.fine.rawValue)
                }
            }
            defer { group.cancelAll() }
            do {
                try await work()
                cleanUp()
            } catch {
                cleanUp()
                throw error
            }
        }
    }

    /// Cancels the work on a signal. When it has ended, throws `CommandFailure` with some words. `isOrderly`: work that
    /// has a value even then ends with that.
    static func during<Value: Sendable>(
        isOrderly: Bool = false, saying words: String = "Stopped. No process was left running.",
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                for await _ in signals { return nil }
                return nil
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() ?? nil else {
                group.cancelAll()
                if isOrderly, let value = try? await group.next() ?? nil { return value }
                try? await group.waitForAll()
                throw CommandFailure(.incomplete, words)
            }
            return value
        }
    }
}
