import CoreMetrics
import FieldpostCentral
import FieldpostCore
import FieldpostGateway
import FieldpostHTTP
import FieldpostMetrics
import FieldpostNode
import FieldpostStore
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs one node in the foreground, from its configuration to its clean end.
struct NodeRunner {
    let configuration: Configuration
    let logger: Logger
    private let parent: ParentWatch?
    private let reloading: Reloading

    /// `parent`: this process ends together with that one; nil: it runs independently. `load`: reads the configuration
    /// again. Throws `ConfigurationError`.
    init(
        parent: Int32? = nil, load: @escaping @Sendable () throws(ConfigurationError) -> Configuration
    ) throws(ConfigurationError) {
        configuration = try load()
        self.parent = parent.map(ParentWatch.init)
        let threshold = LogThreshold(Logger.Level(rawValue: configuration.logLevel) ?? .info)
        logger = Logger(label: "fieldpost") { LogOutput(label: $0, threshold: threshold) }
        reloading = Reloading(started: configuration, threshold: threshold, logger: logger, load: load)
    }

    /// Returns after SIGTERM or SIGINT, when all accepted data is durable. A second signal ends the process at once.
    /// That is also safe, because acknowledged data is on the disk. SIGHUP reads the configuration again. Other signals
    /// that may be sent by mistake do not end the process.
    func run() async throws {
        let pause = FaultPause(stateDirectory: configuration.settings.stateDirectory)
        do {
            try await run(pause)
            pause.forget()
        } catch {
            // systemd does not start it again after these (`RestartPreventExitStatus=` of the units).
            let status = CommandFailure(error).status
            if [.usage, .damagedData, .configuration].contains(status) { pause.forget() }
            throw error
        }
    }

    private func run(_ pause: FaultPause) async throws {
        // Before the journal is opened, which may take some time.
        for signal in [SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM] { Glibc.signal(signal, SIG_IGN) }
        FileLimit.raise()
        // Once in a process, and before the parts that record something are made. Otherwise nothing is recorded.
        if configuration.settings.metrics != nil { MetricsSystem.bootstrap(MetricRegistry()) }
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let host = HostPromise()
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                await handle(signals, host)
                return false
            }
            tasks.addTask {
                guard await pause.begin(logger: logger, isStopped: { host.isStopped }) else { return true }
                let (service, opened) = try await service()
                // A group stops its last service first, so systemd is notified before the node begins to stop.
                let notifier = NotifierService(node: opened.node, logger: logger)
                let group = ServiceGroup(services: [service, notifier], logger: quietLogger)
                guard host.fulfil(opened, group) else {
                    try await opened.node.close()
                    return true
                }
                return try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask {
                        try? await Task.sleep(for: .seconds(Limits.faultFreeSeconds))
                        if !Task.isCancelled { pause.forget() }
                    }
                    defer { tasks.cancelAll() }
                    try await group.run()
                    return true
                }
            }
            if let parent {
                tasks.addTask {
                    guard await parent.waitForEnd() else { return false }
                    logger.notice("the process that started this node has ended: stopping")
                    await host.stop()
                    return false
                }
            }
            // The other tasks end when they are told to, or when their work is done.
            while let isEnded = try await tasks.next(), !isEnded {}
            tasks.cancelAll()
        }
        logger.notice("stopped")
    }

    private func handle(_ signals: UnixSignalsSequence, _ host: HostPromise) async {
        var isStopping = false
        for await signal in signals {
            guard signal != .sighup else {
                // While the node starts, the configuration was read a moment ago. While it stops, none is needed.
                if !isStopping, let opened = host.opened { reloading.carryOut(on: opened) }
                continue
            }
            if isStopping { Glibc._exit(128 + signal.rawValue) }
            isStopping = true
            logger.notice("\(signal): stopping; a second signal stops at once")
            await host.stop()
        }
    }

    private func service() async throws -> (any Service, NodeHost) {
        let settings = configuration.settings
        let watch = StartWatch(stateDirectory: settings.stateDirectory)
        defer { watch.end() }
        // A node that does not start has other things to report.
        let warn: @Sendable () -> Void = { [configuration, logger] in
            for warning in configuration.warnings { logger.warning("\(warning)") }
        }
        switch settings.role {
        case .gateway:
            let service = try await GatewayService(settings: settings, logger: logger, onReady: warn)
            return (service, service.host)
        case .central:
            let service = try await CentralService(settings: settings, logger: logger, onReady: warn)
            return (service, service.host)
        }
    }

    /// The group's own lines help an operator only while debugging.
    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, logger.logLevel <= .debug ? logger.logLevel : .warning)
        return quiet
    }
}
