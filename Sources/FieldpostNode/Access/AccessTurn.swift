/// Lets changes of accesses happen one after the other. Each reads what is there, takes time to derive a password's
/// verifier, and writes. Without turns, a change that began before a revocation could undo it.
actor AccessTurn {
    private var last: Task<Void, Never>?

    func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task { [last] in
            await last?.value
            return try await work()
        }
        last = Task { _ = await task.result }
        return try await task.value
    }
}
