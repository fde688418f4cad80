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
    private let parent: ParentWatch?

    /// `parent`: the process with which this one is to end; nil: it stands on its own.
    init(configuration: Configuration, parent: Int32? = nil) {
        self.configuration = configuration
        self.parent = parent.map(ParentWatch.init)
        var logger = Logger(label: "fieldpost") { LogOutput(label: $0) }
        logger.logLevel = Logger.Level(rawValue: configuration.logLevel) ?? .info
        self.logger = logger
    }

    /// Returns after SIGTERM or SIGINT, when all that was taken in is durable. A second signal ends the process at
    /// once, which is safe too: what was acknowledged is on the disk.
    func run() async throws {
        // A group stops its last service first: so systemd hears of it before the node begins to stop.
        let group = ServiceGroup(services: [try await service(), NotifierService()], logger: quietLogger)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                var isStopping = false
                for await signal in signals {
                    if isStopping { Glibc._exit(128 + signal.rawValue) }
                    isStopping = true
                    logger.notice("\(signal): stopping; a second signal ends at once")
                    await group.triggerGracefulShutdown()
                }
                return false
            }
            if let parent {
                tasks.addTask {
                    guard await parent.waitForEnd() else { return false }
                    logger.notice("the process that started this node is gone: stopping")
                    await group.triggerGracefulShutdown()
                    return false
                }
            }
            tasks.addTask {
                try await group.run()
                return true
            }
            // The others end when they are told to, or have done their part.
            while let isEnded = try await tasks.next(), !isEnded {}
            tasks.cancelAll()
        }
        logger.notice("stopped")
    }

    private func service() async throws -> any Service {
        let settings = configuration.settings
        // A node that does not start has something else to say.
        let warn: @Sendable () -> Void = { [configuration, logger] in
            for warning in configuration.warnings { logger.warning("\(warning)") }
        }
        return switch settings.role {
        case .gateway: try await GatewayService(settings: settings, logger: logger, onReady: warn)
        case .central: try await CentralService(settings: settings, logger: logger, onReady: warn)
        }
    }

    /// The group's own lines are of no use to an operator unless something is being looked into.
    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, logger.logLevel <= .debug ? logger.logLevel : .warning)
        return quiet
    }
}
