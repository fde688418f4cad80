import FieldpostHTTP
import FieldpostNode
import Logging

/// What a running node does when it is told to read its configuration again.
struct Reloading: Sendable {
    /// The configuration with which the node was started.
    let started: Configuration
    let threshold: LogThreshold
    let logger: Logger
    /// Reads all layers again.
    let load: @Sendable () throws -> Configuration

    /// Applies the log level and the TLS files of HTTP, and logs which settings need a restart. A wrong configuration
    /// changes nothing: it is logged, and raises an alarm. Never stops the node.
    func carryOut(on host: NodeHost) { host.readiness.reload { takeUp(host) } }

    private func takeUp(_ host: NodeHost) {
        let read: Configuration
        do {
            read = try load()
        } catch {
            let problem = "\(error)".visibleLines.split(separator: "\n").map { String($0).trimmingBlanks }
            logger.error("the configuration was not applied: \(problem.joined(separator: " "))")
            return host.reload(nil, problem: problem.joined(separator: " "))
        }
        threshold.level = Logger.Level(rawValue: read.logLevel) ?? .info
        host.reload(read.settings, problem: nil)
        logger.notice("read the configuration again", metadata: ["log_level": "\(read.logLevel)"])
        let waiting = started.changesAtNextStart(to: read)
        guard !waiting.isEmpty else { return }
        let names = waiting.joined(separator: ", ")
        logger.warning("\(names) changed in the configuration: this applies at the next start")
    }
}
