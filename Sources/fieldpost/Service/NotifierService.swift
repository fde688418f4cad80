import FieldpostNode
import FieldpostStore
import Logging
import ServiceLifecycle

/// Notifies systemd: that the node is alive, as often as systemd asks, how it stands, and that it is stopping.
///
/// The node is alive as long as the journal's writer goes on: it has nothing to do, or has begun another group of
/// writes since the last time. Neither a link that is down nor a slow reader has a part in that.
struct NotifierService: Service {
    let node: Node
    let logger: Logger
    private let notifier = ServiceNotifier()

    /// The time between two lines of status.
    private static let lineInterval = Duration.seconds(10)

    init(node: Node, logger: Logger) {
        self.node = node
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await tellState() }
                if let interval = notifier.keepAliveInterval { group.addTask { await keepAlive(interval) } }
            }
        }
        ServiceNotifier.stopping()
    }

    private func keepAlive(_ interval: Duration) async {
        var former: WriterPulse?
        while !Task.isCancelled {
            let pulse = node.journal.writerPulse
            if pulse.isAlive(since: former) {
                notifier.keepAlive()
            } else {
                logger.error("the journal's writer does not go on; a watchdog starts this node again if that lasts")
            }
            former = pulse
            try? await Task.sleep(for: interval)
        }
    }

    private func tellState() async {
        var line = ""
        while !Task.isCancelled {
            let new = await node.serviceLine()
            if new != line { notifier.send("STATUS=\(new)") }
            line = new
            try? await Task.sleep(for: Self.lineInterval)
        }
    }
}
