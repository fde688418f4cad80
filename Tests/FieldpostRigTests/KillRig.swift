import FieldpostFleet
import Testing

extension Rigs {
    /// SIGKILL at random moments, of central and of gateways that share grids, while reports, notes, edits and
    /// photos come in at all of them.
    @Suite(.timeLimit(.minutes(30))) struct KillRig {
        @Test func `Nothing acknowledged is lost or doubled by SIGKILL at random moments`() async throws {
            let times = Rig.count(20, long: 200)
            try await Rig.run("SIGKILL", least: 20 * times, photos: 5 * times) { rig in
                try await Self.kill(rig, times: times)
            }
        }

        private static func kill(_ rig: Rig, times: Int) async throws {
            let town = try await rig.fleet()
            // Each in turn, from any one on: none is spared.
            let first = Int.random(in: 0..<town.nodes.count)
            try await rig.feeding(town.intakes, workers: 2) {
                for number in 0..<times {
                    try await rig.awaitAcknowledged(.random(in: 1...20))
                    let victim = town.nodes[(first + number) % town.nodes.count]
                    victim.kill()
                    rig.check(
                        victim.exitStatus == 128 + 9, "\(victim.name) had ended before: \(victim.exitStatus ?? 0)")
                    try await rig.start(victim)
                    rig.countTrial()
                }
            }
            try await town.converge(within: 60)
            try await rig.lookEverywhere(town)
        }
    }
}
