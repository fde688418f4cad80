import Testing

/// Worlds from seeds: nothing accepted is lost in any of them.
@Suite(.serialized) struct SimulatorTests {
    /// Fewer worlds with a sanitizer, which makes them about twenty times slower.
    @Test func `Nothing is lost, hidden or doubled in 250 worlds, a third of them with liars`() throws {
        let worlds = SimulatorProgram.isSanitized ? 50 : 250
        let (status, output) = try SimulatorProgram.run(
            ["--seeds", "\(worlds)", "--jobs", "\(SimulatorProgram.jobs)"])
        #expect(status == 0, "\(output.suffix(8000))")
        #expect(output.contains("\(worlds) trials"))
        #expect(output.contains(" 0 lost, 0 doubled"))
        // The worlds must be as full as in practice: a third have liars, most share grids, ids are used twice.
        for (what, least) in [
            ("worlds with liars", 4), ("scopes judged", 1), ("reports judged by content", 1), ("ids used twice", 2),
            ("audit events about gateways", 1), ("entries sent down", 1), ("photos judged", 1),
        ] {
            let count = output.firstMatch(of: try Regex("\(what) (\\d+)"))?.output[1].substring.flatMap { Int($0) } ?? 0
            #expect(count * least >= worlds, "\(what) \(count)")
        }
    }

    /// New seeds: a failure prints the command that replays it.
    @Test(.enabled(if: SimulatorProgram.isLong)) func `Nothing is lost, hidden or doubled in new worlds`() throws {
        let worlds = SimulatorProgram.isSanitized ? 10 : 40
        let (status, output) = try SimulatorProgram.run(
            ["--fresh", "--seeds", "\(worlds)", "--jobs", "\(SimulatorProgram.jobs)"])
        #expect(output.hasPrefix("fresh worlds: fieldpost-simulator --first "))
        #expect(status == 0, "\(output.suffix(8000))")
    }

    @Test(.enabled(if: SimulatorProgram.isLong), arguments: [251, 2001])
    func `Nor in thousands more`(first: Int) throws {
        let worlds = first == 251 ? 1750 : 2000
        let (status, output) = try SimulatorProgram.run(
            ["--first", "\(first)", "--seeds", "\(worlds)", "--jobs", "\(SimulatorProgram.jobs)"])
        #expect(status == 0, "\(output.suffix(8000))")
    }

    @Test(arguments: [1, 8, 59, 439]) func `A seed tells the same story every time`(seed: Int) throws {
        let first = try SimulatorProgram.run(["--seed", "\(seed)"])
        let second = try SimulatorProgram.run(["--seed", "\(seed)"])
        #expect(first.output.count > 1000)
        #expect(first.output == second.output)
    }
}
