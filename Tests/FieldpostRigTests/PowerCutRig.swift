import FieldpostCore
import Foundation
import Testing

@testable import fieldpost

extension Rigs {
    /// Power cuts. The nodes live on an ext4 image that lies in an XFS file system; a reflink clone of the image is the
    /// disk as it stood at one instant, without what was never synced.
    @Suite(.needs(Rig.mountingTools, mounting: true), .timeLimit(.minutes(30))) struct PowerCutRig {
        @Test func `What was acknowledged before a power cut is there after it`() async throws {
            try await Rig.run("power cut") { rig in try await Self.cut(rig, times: Rig.count(8, long: 40)) }
        }

        #if DEBUG
        @Test func `The rig finds that a journal with synchronous=NORMAL loses acknowledged reports`() async throws {
            let launch = Launch(environment: ["FIELDPOST_TEST_FAULT": "synchronousNormal"])
            let measures = try await Rig.finds("synchronousNormal", "power cut") { rig in
                try await Self.cut(rig, times: Rig.count(4, long: 10), launch: launch)
            }
            #expect(!measures.lost.isEmpty)
        }
        #endif

        static func cut(_ rig: Rig, times: Int, launch: Launch = Launch()) async throws {
            let host = try rig.mountNew(.xfs, image: rig.directory + "/host.img", bytes: 900 << 20, at: "host")
            let image = host + "/guest.img"
            // Below 64 MiB of room reports are refused: 40 cuts need 2 MiB each.
            let disk = try rig.mountNew(.ext4, image: image, bytes: 256 << 20, at: "disk")
            let nodes = Pair(
                central: try rig.node("central", named: "central", in: disk + "/central"),
                gateway: { try rig.node("gateway", named: "gateway-1", in: disk + "/gateway", dials: [$0]) })
            let intakes = try await nodes.start(rig, launch)
            for number in 0..<times {
                let acknowledged = try await rig.feeding(intakes, workers: 2) {
                    let before = rig.ledger.page.count
                    let awaited = Int.random(in: 1...60)
                    _ = try await Rig.waits(10) { rig.ledger.page.count >= before + awaited }
                    let page = rig.ledger.page
                    try Tool.run("cp", ["--reflink=always", image, host + "/instant.img"])
                    return page
                }
                try await Self.examine(rig, host + "/instant.img", for: acknowledged, both: number % 2 == 1, launch)
                try FileManager.default.removeItem(atPath: host + "/instant.img")
                rig.countTrial()
            }
            rig.measure { $0.acknowledged = rig.ledger.page.count }
        }

        /// Starts the gateway on the disk as it stood, or central and the gateway, and looks for all that was
        /// acknowledged before.
        private static func examine(
            _ rig: Rig, _ image: String, for page: Ledger.Page, both: Bool, _ launch: Launch
        ) async throws {
            let disk = try rig.mount(image: image, at: "instant")
            defer { disk.unmount() }
            let gateway: @Sendable (String?) throws -> NodeProcess = { peer in
                try rig.node(
                    "gateway", named: "gateway-1", in: disk.directory + "/gateway", dials: peer.map { [$0] } ?? [])
            }
            guard both else {
                let gateway = try gateway(nil)
                defer { gateway.kill() }
                let intake = Intake(name: gateway.name, client: try await rig.start(gateway, launch))
                try await rig.look(at: intake, for: page.acknowledged(by: gateway.name))
                return
            }
            let nodes = Pair(
                central: try rig.node("central", named: "central", in: disk.directory + "/central"),
                gateway: { try gateway($0) })
            defer { nodes.kill() }
            let intakes = try await nodes.start(rig, launch)
            // Looked at before they agree: central's own promises do not lean on the gateway.
            try await rig.look(at: intakes[0], for: page.acknowledged(by: "central"))
            try await nodes.agree(rig)
            try await rig.look(at: intakes[0], for: page)
        }
    }
}
