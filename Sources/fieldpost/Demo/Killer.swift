/// Kills processes of a fleet at random moments, and starts each again, while something else goes on.
enum Killer {
    /// Runs `work` while `times` kills happen; returns when both are done.
    static func run<Value: Sendable>(
        times: Int, in fleet: Fleet, during work: @Sendable () async throws -> Value
    ) async throws -> Value {
        async let kills: Void = {
            for _ in 0..<times {
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...900)))
                let victim = fleet.nodes.randomElement() ?? fleet.central
                victim.kill()
                _ = try await victim.start()
            }
        }()
        let value = try await work()
        try await kills
        return value
    }
}
