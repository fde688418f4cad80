import FieldpostCentral
import FieldpostCore
import FieldpostGateway
import FieldpostNode
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs one node in the foreground, from its configuration to its orderly end.
struct NodeRunner {
    let configuration: Configuration
    let logger: Logger

    init(configuration: Configuration) {
        self.configuration = configuration
        var logger = Logger(label: "fieldpost") { LogOutput(label: $0) }
        logger.logLevel = Logger.Level(rawValue: configuration.logLevel) ?? .info
        self.logger = logger
    }

    /// Returns after SIGTERM or SIGINT, when all that was taken in is durable. A second signal ends the process at
    /// once, which is safe too: what was acknowledged is on the disk.
    func run() async throws {
        for warning in configuration.warnings { logger.warning("\(warning)") }
        // A group stops its last service first: so systemd hears of it before the node begins to stop.
        let group = ServiceGroup(services: [try await service(), NotifierService()], logger: quietLogger)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                var isStopping = false
                for await signal in signals {
                    if isStopping { Glibc._exit(128 + signal.rawValue) }
                    isStopping = true
                    logger.notice("\(signal): stopping; a second signal ends at once")
                    await group.triggerGracefulShutdown()
                }
            }
            tasks.addTask { try await group.run() }
            // The first to end is the group: the other task waits for signals for ever.
            try await tasks.next()
            tasks.cancelAll()
        }
        logger.notice("stopped")
    }

    private func service() async throws -> any Service {
        switch configuration.settings.role {
        case .gateway: try await GatewayService(settings: configuration.settings, logger: logger)
        case .central: try await CentralService(settings: configuration.settings, logger: logger)
        }
    }

    /// The group's own lines are of no use to an operator unless something is being looked into.
    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, logger.logLevel <= .debug ? logger.logLevel : .warning)
        return quiet
    }
}
