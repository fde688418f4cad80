import Testing

@testable import fieldpost

extension Rigs {
    /// SIGKILL at random moments, of central and of gateways, while reports, notes and edits come in at all of them.
    @Suite(.timeLimit(.minutes(30))) struct KillRig {
        @Test func `Nothing acknowledged is lost or doubled by SIGKILL at random moments`() async throws {
            try await Rig.run("SIGKILL") { rig in
                try await Self.kill(rig, times: Rig.count(20, long: 200))
            }
        }

        #if DEBUG
        @Test func `The rig finds a journal that takes a repeated change for a new one`() async throws {
            let launch = Launch(environment: ["FIELDPOST_TEST_FAULT": "forgetKeys"])
            let measures = try await Rig.finds("forgetKeys", "SIGKILL") { rig in
                try await Self.kill(rig, times: 3, launch: launch)
            }
            #expect(!measures.doubled.isEmpty)
        }
        #endif

        private static func kill(_ rig: Rig, times: Int, launch: Launch = Launch()) async throws {
            let fleet = try await rig.fleet(gateways: 2, launch: launch)
            try await rig.feeding(fleet.intakes, workers: 2) {
                for _ in 0..<times {
                    let before = rig.ledger.page.count
                    let awaited = Int.random(in: 1...20)
                    _ = try await Rig.waits(5) { rig.ledger.page.count >= before + awaited }
                    let victim = fleet.nodes.randomElement() ?? fleet.central
                    victim.kill()
                    try await rig.start(victim, launch)
                    rig.countTrial()
                }
            }
            _ = try await fleet.converge(within: 60)
            try await rig.lookEverywhere(fleet)
        }
    }
}
