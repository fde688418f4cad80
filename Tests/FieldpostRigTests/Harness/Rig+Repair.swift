import FieldpostNode
import Foundation

@testable import fieldpost

extension Rig {
    /// The same for a node that others dial, whose address comes back too. One that reads on may find the damage only
    /// a moment after it was ready: then it must have ended, and said so.
    func startListener(
        _ node: NodeProcess, after damage: String, _ launch: Launch = Launch()
    ) async throws -> (intake: Intake, address: String)? {
        for _ in 0..<2 {
            guard let intake = try await startOrRepair(node, after: damage, launch) else { return nil }
            if let status = try? await node.socket.status() { return (intake, status.peerAddress ?? "") }
            _ = try await Self.waits(10) { node.exitStatus != nil }
            let log = (try? String(contentsOfFile: node.directory + "/log", encoding: .utf8)) ?? ""
            check(
                node.exitStatus == ExitStatus.damagedData.rawValue && log.contains("fieldpost repair"),
                "\(node.name), \(damage): it ended with \(node.exitStatus ?? -1), and without a way out")
        }
        fail("\(node.name), \(damage): it does not stay up after its repair")
        return nil
    }

    /// Starts a node whose files were damaged. Whether it starts or refuses is its choice; but it must say that
    /// `fieldpost repair` is the way out, and that must help. Nil, and a fault, when it did not.
    func startOrRepair(
        _ node: NodeProcess, after damage: String, _ launch: Launch = Launch()
    ) async throws -> Intake? {
        do {
            return Intake(name: node.name, client: try await start(node, launch))
        } catch let refusal as CommandFailure {
            guard refusal.description.contains("fieldpost repair") else {
                fail("\(node.name), \(damage): it refuses without a way out: \(refusal.description.suffix(300))")
                return nil
            }
            check(node.exitStatus ?? 0 > 0 && node.exitStatus ?? 0 < 128, "\(node.name), \(damage): it crashed")
        }
        let (status, output) = try Tool.fieldpost(["repair", "--state-directory", node.directory])
        guard status == 0 else {
            fail("\(node.name), \(damage): fieldpost repair ended with \(status): \(output.suffix(300))")
            return nil
        }
        do {
            return Intake(name: node.name, client: try await start(node, launch))
        } catch {
            fail("\(node.name), \(damage): it does not start after its repair: \("\(error)".suffix(300))")
            return nil
        }
    }
}
