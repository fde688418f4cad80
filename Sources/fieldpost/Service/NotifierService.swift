import FieldpostNode
import ServiceLifecycle

/// Notifies systemd: that the node is alive, as often as systemd asks, and that it is stopping.
struct NotifierService: Service {
    private let notifier = ServiceNotifier()

    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard let interval = notifier.keepAliveInterval else { return await Self.waitForEnd() }
            while !Task.isCancelled {
                notifier.keepAlive()
                try? await Task.sleep(for: interval)
            }
        }
        ServiceNotifier.stopping()
    }

    private static func waitForEnd() async {
        let (stream, _) = AsyncStream<Never>.makeStream()
        for await _ in stream {}
    }
}
