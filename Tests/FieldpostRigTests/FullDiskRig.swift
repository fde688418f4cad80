// C structures count as its own where the compiler meets them there first.
import CoreFoundation
import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import Glibc
import TestKit
import Testing

extension Rigs {
    /// A gateway on a small real file system that fills up, and empties again.
    @Suite(.needs(Rig.mountingTools, mounting: true), .timeLimit(.minutes(30))) struct FullDiskRig {
        /// The mebibytes left free in each stage (see `Limits`).
        private static let photosRefused = 200
        private static let ordinaryRefused = 40
        private static let urgentRefused = 8

        @Test func `A disk that fills up refuses by stages, loses nothing, and recovers by itself`() async throws {
            let rounds = Rig.count(1, long: 10)
            try await Rig.run("full disk", least: 30 * rounds, photos: 10 * rounds) { rig in
                try await Self.fill(rig, rounds: rounds)
            }
        }

        private static func fill(_ rig: Rig, rounds: Int) async throws {
            let disk = try rig.mountNew(.ext4, image: rig.directory + "/disk.img", bytes: 400 << 20, at: "disk")
            let ballast = Ballast(of: disk)
            let nodes = Pair(
                central: try rig.node("central", named: "central"),
                gateways: [
                    {
                        try rig.node(
                            "gateway", named: "gateway-1", in: disk + "/gateway", dials: [$0], grids: Rig.grids(of: 1))
                    },
                    { try rig.node("gateway", named: "gateway-2", dials: [$0], grids: Rig.grids(of: 2)) },
                ])
            let intakes = try await nodes.start(rig)
            let station = Station(rig: rig, nodes: nodes, central: intakes[0], gateway: intakes[1])
            for _ in 0..<rounds {
                try await rig.feed(30, to: intakes[1])
                try await rig.feed(10, to: intakes[2])
                try await nodes.agree(rig)

                try ballast.leave(mebibytes: photosRefused)
                try await station.checkPhotosRefused()
                try await station.check(takes: .ordinary)

                try ballast.leave(mebibytes: ordinaryRefused)
                try await station.check(refuses: .ordinary, takes: .urgent)
                try await station.checkSync("with room for urgent reports only")

                try ballast.leave(mebibytes: urgentRefused)
                try await station.check(refuses: .urgent, takes: nil)
                let held = try await station.checkThatCentralWaits("with room for no report")

                try ballast.leave(mebibytes: 0)
                try await station.check(refuses: .urgent, takes: nil)
                rig.check(nodes.gateways[0].exitStatus == nil, "the gateway ended when its disk was full to the brim")

                ballast.remove()
                try await station.checkRecovery(within: 5)
                try await station.check(held, cameDownWithin: 10)
                rig.countTrial()
            }
            try await nodes.agree(rig)
            let page = rig.ledger.page
            try await rig.look(at: intakes[0], for: page)
            for intake in intakes.dropFirst() {
                try await rig.look(at: intake, for: page.acknowledged(by: intake.name))
            }
        }
    }
}

/// The gateway whose disk fills up, and its central.
private struct Station {
    let rig: Rig
    let nodes: Pair
    let central: Intake
    let gateway: Intake

    enum Kind: String {
        case ordinary, urgent
    }

    /// Within 5 s one kind of report is refused as it should be, while another passes.
    func check(refuses refused: Kind, takes taken: Kind?) async throws {
        var problem: ProblemDetails?
        let isRefused = try await waits(5) {
            problem = try await post(refused)
            return problem != nil
        }
        rig.check(isRefused, "\(refused) reports still pass on a full disk")
        if let problem {
            rig.check(problem.status == 507, "\(refused) reports are refused with \(problem.status ?? 0), not 507")
            rig.check(problem.retryAfterSeconds ?? 0 > 0, "the refusal does not say when to retry")
            rig.check((problem.detail ?? "").contains("safe"), "the refusal does not say what is safe")
        }
        if let taken { try await check(takes: taken) }
    }

    func check(takes taken: Kind) async throws {
        let problem = try await post(taken)
        rig.check(problem == nil, "\(taken) reports are refused too early: \(problem?.sentence ?? "")")
    }

    /// Photos are the first that is refused.
    func checkPhotosRefused() async throws {
        var status: Int?
        let isRefused = try await waits(5) {
            do throws(ClientError) {
                try await rig.send(Rig.photo(1), to: gateway, byTus: false)
            } catch {
                guard case .refused(let code, _) = error else { throw error }
                status = code
            }
            return status != nil
        }
        rig.check(isRefused && status == 507, "a photo is answered with \(status ?? 200) on a full disk")
    }

    /// What central writes still comes down, and what the gateway took goes up.
    func checkSync(_ moment: String) async throws {
        guard let report = rig.ledger.anyReport(of: gateway.name) else { return }
        let department = "科室\(rig.ledger.nextSerial())"
        let version = (try? await central.client.report(report))?.version
        try await Feed(rig: rig, intake: central).edit(report, ["department": .text(department)], seen: version)
        let cameDown = try await waits(10) {
            (try? await gateway.client.report(report).report["fields"]?["department"]?.text) == department
        }
        rig.check(cameDown, "an edit at central does not come down \(moment)")
        try await nodes.agree(rig)
    }

    /// An edit of central's that waits there.
    struct Held {
        let report: ReportID
        let department: String
    }

    /// What central writes waits there while the room that is left is for urgent reports made here; the session stands.
    func checkThatCentralWaits(_ moment: String) async throws -> Held? {
        guard let report = rig.ledger.anyReport(of: gateway.name) else { return nil }
        let department = "科室\(rig.ledger.nextSerial())"
        let version = (try? await central.client.report(report))?.version
        try await Feed(rig: rig, intake: central).edit(report, ["department": .text(department)], seen: version)
        let cameDown = try await waits(2) { try await shows(report, department) }
        rig.check(!cameDown, "an edit at central takes room that urgent reports are refused for, \(moment)")
        let peers = try await nodes.gateways[0].socket.status().peers
        rig.check(peers.allSatisfy(\.isConnected), "the session does not stand \(moment)")
        return Held(report: report, department: department)
    }

    func check(_ held: Held?, cameDownWithin seconds: Double) async throws {
        guard let held else { return }
        let cameDown = try await waits(seconds) { try await shows(held.report, held.department) }
        rig.check(cameDown, "what waited at central does not come down by itself when there is room again")
    }

    private func shows(_ report: ReportID, _ department: String) async throws -> Bool {
        (try? await gateway.client.report(report).report["fields"]?["department"]?.text) == department
    }

    func checkRecovery(within seconds: Double) async throws {
        let start = ContinuousClock.now
        let isBack = try await waits(seconds) { try await post(.ordinary) == nil }
        let taken = String(format: "%.2f", (ContinuousClock.now - start) / .seconds(1))
        rig.check(isBack, "ordinary reports are still refused \(seconds) s after the disk had room again")
        rig.measure { $0.figures = [("s until reports pass again", taken)] }
    }

    /// Nil when it was acknowledged.
    private func post(_ kind: Kind) async throws -> ProblemDetails? {
        let feed = Feed(rig: rig, intake: gateway)
        let (_, report) = feed.make(urgent: kind == .urgent)
        do throws(ClientError) {
            try await gateway.create(report)
        } catch {
            guard case .refused(_, let problem) = error else { throw error }
            return problem
        }
        feed.acknowledged(report)
        return nil
    }
}

/// A file that takes up room.
private struct Ballast {
    private let disk: String

    init(of disk: String) { self.disk = disk }

    private var file: String { disk + "/ballast" }

    /// Grows or shrinks so that so much is free.
    func leave(mebibytes: Int) throws {
        remove()
        let wanted = try free() - mebibytes << 20
        let descriptor = open(file, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        guard descriptor >= 0 else { throw Tool.Failure(description: "\(file) cannot be made") }
        // The file's own tree of blocks takes room too: to the brim means until nothing more goes in.
        if posix_fallocate(descriptor, 0, off_t(max(wanted, 1))) != 0, mebibytes > 0 {
            throw Tool.Failure(description: "\(file) cannot take \(wanted) bytes")
        }
    }

    func remove() { unlink(file) }

    private func free() throws -> Int {
        var status = statvfs()
        guard statvfs(disk, &status) == 0 else { throw Tool.Failure(description: "\(disk) cannot be looked at") }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}
