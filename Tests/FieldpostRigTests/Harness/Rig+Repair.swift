import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit

extension Rig {
    /// The same for a node that others dial, whose address comes back too. One that reads on may find the damage only
    /// a moment after it was ready: then it must have ended, and said so.
    func startListener(
        _ node: NodeProcess, after damage: String
    ) async throws -> (intake: Intake, address: String)? {
        for _ in 0..<2 {
            guard let intake = try await startOrRepair(node, after: damage) else { return nil }
            if let status = try? await node.socket.status() { return (intake, status.peerAddress ?? "") }
            _ = try await waits(10) { node.exitStatus != nil }
            let log = (try? String(contentsOfFile: node.directory + "/log", encoding: .utf8)) ?? ""
            check(
                node.exitStatus == ExitCode.damagedData && log.contains("fieldpost repair"),
                "\(node.name), \(damage): it ended with \(node.exitStatus ?? -1), and without a way out")
        }
        fail("\(node.name), \(damage): it does not stay up after its repair")
        return nil
    }

    /// A node that found its damage only after it was ready has ended and said so; then it is repaired, and started
    /// again. Returns whether it had ended.
    func revive(_ node: NodeProcess, after damage: String) async throws -> Bool {
        guard let status = node.exitStatus else { return false }
        let log = (try? String(contentsOfFile: node.directory + "/log", encoding: .utf8)) ?? ""
        check(
            status == ExitCode.damagedData && log.contains("fieldpost repair"),
            "\(node.name), \(damage): it ended with \(status), and without a way out")
        let (code, output) = try Tool.fieldpost(["repair", "--state-directory", node.directory])
        check(code == 0, "\(node.name), \(damage): fieldpost repair ended with \(code): \(output.suffix(300))")
        try await start(node)
        return true
    }

    /// Waits until all agree; a node that ends over its damage meanwhile is repaired once.
    func settle(_ gateways: [NodeProcess], with central: NodeProcess, after damage: String) async throws {
        for attempt in 0..<2 {
            var differences: [String] = []
            for gateway in gateways {
                let difference = try await Pair.difference(gateway: gateway, central: central, within: 20)
                if let difference { differences.append("\(gateway.name): \(difference)") }
            }
            if differences.isEmpty { return }
            var hadEnded = false
            for node in [central] + gateways {
                if try await revive(node, after: damage) { hadEnded = true }
            }
            if attempt == 0, hadEnded { continue }
            return fail("\(damage): no agreement: \(differences)")
        }
    }

    /// Its terminals, or who may log in there, are let in again: what was lost of that comes back from elsewhere.
    func admits(_ intake: Intake, after damage: String) async throws {
        let isIn = try await waits(15) { (try? await intake.client.reports([("limit", "1")])) != nil }
        check(isIn, "\(intake.name), \(damage): who was let in before is shut out")
    }

    /// Waits until all is there. The rows of two nodes may agree before anybody has read the entries again; what is
    /// corrupt is missing from then on, until it has come from the peer. Nothing wrong may be shown meanwhile.
    func heals(_ intake: Intake, for page: Ledger.Page, after damage: String) async throws {
        _ = try await waits(60, pause: .milliseconds(200)) {
            let defects = try await look(at: intake, for: page, counting: false, photos: false)
            guard let wrong = defects.first(where: { $0.value != Content.missing }) else { return defects.isEmpty }
            fail("\(intake.name), \(damage): \(wrong.key) \(wrong.value)")
            return true
        }
    }

    /// Starts a node whose files were damaged. Whether it starts or refuses is its choice; but it must say that
    /// `fieldpost repair` is the way out, and that must help. Nil, and a fault, when it did not.
    func startOrRepair(
        _ node: NodeProcess, after damage: String
    ) async throws -> Intake? {
        do {
            return try await start(node)
        } catch let refusal as FleetError {
            guard refusal.description.contains("fieldpost repair") else {
                fail("\(node.name), \(damage): it refuses without a way out: \(refusal.description.suffix(300))")
                return nil
            }
            check(
                node.exitStatus == ExitCode.damagedData,
                "\(node.name), \(damage): it refuses with status \(node.exitStatus ?? -1)")
        }
        let (status, output) = try Tool.fieldpost(["repair", "--state-directory", node.directory])
        guard status == 0 else {
            fail("\(node.name), \(damage): fieldpost repair ended with \(status): \(output.suffix(300))")
            return nil
        }
        do {
            return try await start(node)
        } catch {
            fail("\(node.name), \(damage): it does not start after its repair: \("\(error)".suffix(300))")
            return nil
        }
    }
}
