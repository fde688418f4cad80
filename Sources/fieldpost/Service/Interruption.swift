import UnixSignals

/// Long work that ends early and cleanly on SIGINT or SIGTERM.
enum Interruption {
    /// Cancels the work on a signal. When it has ended, throws `CommandFailure`.
    static func during<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
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
                try? await group.waitForAll()
                throw CommandFailure(.incomplete, "Stopped. No process was left running.")
            }
            return value
        }
    }
}
