import Foundation

@testable import fieldpost

extension Rig {
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
