import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit
import Testing

extension Rigs {
    /// Power cuts. The nodes live on an ext4 image that lies in an XFS file system; a reflink clone of the image is the
    /// disk as it stood at one instant, without what was never synced.
    @Suite(.needs(Rig.mountingTools, mounting: true), .timeLimit(.minutes(30))) struct PowerCutRig {
        @Test func `What was acknowledged before a power cut is there after it`() async throws {
            let times = Rig.count(8, long: 40)
            try await Rig.run("power cut", least: 10 * times, photos: 2 * times) { rig in
                try await Self.cut(rig, times: times)
            }
        }

        private static let gateways = 1...2

        static func cut(_ rig: Rig, times: Int) async throws {
            let host = try rig.mountNew(.xfs, image: rig.directory + "/host.img", bytes: 1800 << 20, at: "host")
            let image = host + "/guest.img"
            // Below 512 MiB of room, gateways remove photos that central holds. 40 cuts need 10 MiB each.
            let disk = try rig.mountNew(.ext4, image: image, bytes: 1200 << 20, at: "disk")
            let intakes = try await nodes(rig, on: disk).start(rig)
            for number in 0..<times {
                let acknowledged = try await rig.feeding(intakes, workers: 2) {
                    try await rig.awaitAcknowledged(.random(in: 1...60))
                    let page = rig.ledger.page
                    try Tool.run("cp", ["--reflink=always", image, host + "/instant.img"])
                    return page
                }
                try await Self.examine(rig, host + "/instant.img", for: acknowledged, all: number % 2 == 1)
                try FileManager.default.removeItem(atPath: host + "/instant.img")
                rig.countTrial()
            }
        }

        private static func nodes(_ rig: Rig, on disk: String) throws -> Pair {
            Pair(
                central: try rig.node("central", named: "central", in: disk + "/central"),
                gateways: gateways.map { number in { try gateway(rig, number, on: disk, dials: [$0]) } })
        }

        private static func gateway(
            _ rig: Rig, _ number: Int, on disk: String, dials peers: [String] = []
        ) throws -> NodeProcess {
            try rig.node(
                "gateway", named: "gateway-\(number)", in: disk + "/gateway-\(number)", dials: peers,
                grids: Rig.grids(of: number))
        }

        /// Starts the gateways on the disk as it stood, or central and the gateways, and looks for all that was
        /// acknowledged before.
        private static func examine(_ rig: Rig, _ image: String, for page: Ledger.Page, all: Bool) async throws {
            let disk = try rig.mount(image: image, at: "instant")
            defer { disk.unmount() }
            guard all else {
                for number in gateways {
                    let gateway = try gateway(rig, number, on: disk.directory)
                    defer { gateway.kill() }
                    let intake = try await admitted(try await rig.start(gateway), gateway, rig)
                    try await rig.look(at: intake, for: page.acknowledged(by: gateway.name))
                    try await checkSound(gateway, rig)
                }
                return
            }
            let nodes = try nodes(rig, on: disk.directory)
            defer { nodes.kill() }
            let intakes = try await nodes.start(rig)
            let central = try await admitted(intakes[0], nodes.central, rig)
            // Looked at before they agree: central's own promises do not lean on the gateways.
            try await rig.look(at: central, for: page.acknowledged(by: "central"))
            try await nodes.agree(rig)
            try await rig.look(at: central, for: page)
            for node in nodes.gateways + [nodes.central] { try await checkSound(node, rig) }
        }

        /// What was given out was acknowledged too. Where it is gone, the operator's socket shows the rest.
        private static func admitted(_ intake: Intake, _ node: NodeProcess, _ rig: Rig) async throws -> Intake {
            let isIn = (try? await intake.client.reports([("limit", "1")])) != nil
            if isIn { return intake }
            let loss = "\(node.name): its tokens, or the login there"
            rig.measure { measures in measures.lost.append(loss) }
            return Intake(name: node.name, client: node.socket)
        }

        /// A power cut is nothing that a person must be told of.
        private static func checkSound(_ node: NodeProcess, _ rig: Rig) async throws {
            let incidents = try await node.socket.incidents().list.incidents
            rig.check(incidents.isEmpty, "\(node.name) tells of \(incidents.map(\.account))")
            let journal = try await node.socket.status().journal
            rig.check(journal.entriesQuarantined + journal.orphans == 0, "\(node.name) has entries without a place")
        }
    }
}
