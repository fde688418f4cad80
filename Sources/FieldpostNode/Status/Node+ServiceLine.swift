import FieldpostCore
import FieldpostStore

extension Node {
    /// What waits and how the link is, in one line for `systemctl status`.
    package func serviceLine() async -> String {
        if let failure = journal.failure { return "\(failure)" }
        let stage = journal.diskStage
        let disk = stage > .ample ? "the disk is nearly full, and refuses \(stage.refused); " : ""
        let sessions = await registry.sessions().count
        guard settings.role == .gateway else {
            return disk + (sessions == 1 ? "1 gateway is connected" : "\(sessions) gateways are connected")
        }
        let link = sessions > 0 ? "connected to central" : "not connected to central"
        guard let backlog = try? await journal.backlog() else { return disk + link }
        guard backlog.entries > 0 else { return "\(disk)\(link); everything is there" }
        let urgent = backlog.urgent > 0 ? ", \(backlog.urgent) of them urgent" : ""
        return "\(disk)\(link); \(backlog.entries) entries wait here\(urgent)"
    }
}
