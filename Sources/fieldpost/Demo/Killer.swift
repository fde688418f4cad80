import FieldpostFleet

/// Kills processes of a fleet at random moments while reports come in, and starts each again.
struct Killer: Sendable {
    let fleet: Fleet

    /// Feeds a slice while `times` kills happen, each when a random number of its reports was answered. Returns when
    /// both are done.
    func feed(_ slice: Range<Int>, with feeder: Feeder, kills times: Int) async throws -> Feeder.Fed {
        let (progress, advance) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let moments = (0..<times).map { _ in Int.random(in: 0..<max(slice.count, 1)) }.sorted()
        async let kills: Void = kill(at: moments, of: progress)
        let fed = try await feeder.feed(slice) { done in advance.yield(done) }
        advance.yield(.max)
        try await kills
        return fed
    }

    private func kill(at moments: [Int], of progress: AsyncStream<Int>) async throws {
        var left = moments[...]
        guard !left.isEmpty else { return }
        for await done in progress {
            while let next = left.first, next <= done {
                left.removeFirst()
                let victim = fleet.nodes.randomElement() ?? fleet.central
                victim.kill()
                _ = try await victim.start()
            }
            if left.isEmpty { return }
        }
    }
}
