import FieldpostHTTP
import FieldpostNode
import Logging

/// What a running node does when it is told to read its configuration again.
struct Reloading: Sendable {
    /// What the node was started with.
    let started: Configuration
    let threshold: LogThreshold
    let logger: Logger
    /// Reads all layers again.
    let load: @Sendable () throws -> Configuration

    /// Takes up the level of the log and the TLS files of HTTP, and names what changes at the next start only. Nothing
    /// changes when the configuration is wrong: that is logged, and raises an alarm. Never ends the node.
    func carryOut(on host: NodeHost) { host.readiness.reload { takeUp(host) } }

    private func takeUp(_ host: NodeHost) {
        let read: Configuration
        do {
            read = try load()
        } catch {
            let problem = "\(error)".visibleLines.split(separator: "\n").map { String($0).trimmingBlanks }
            logger.error("the configuration was not taken up: \(problem.joined(separator: " "))")
            return host.reload(nil, problem: problem.joined(separator: " "))
        }
        threshold.level = Logger.Level(rawValue: read.logLevel) ?? .info
        host.reload(read.settings, problem: nil)
        logger.notice("read the configuration again", metadata: ["log_level": "\(read.logLevel)"])
        let waiting = started.changesAtNextStart(to: read)
        guard !waiting.isEmpty else { return }
        logger.warning("\(waiting.joined(separator: ", ")) changed in the configuration: that counts at the next start")
    }
}
