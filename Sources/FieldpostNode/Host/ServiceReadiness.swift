import Synchronization

/// Tells systemd when a node is ready, and about reloads after that. An earlier reload is carried out but not reported,
/// because systemd counts the end of a reload as ready. Programs that wait for the unit would then find nothing.
package final class ServiceReadiness: Sendable {
    private let notifier: ServiceNotifier
    private let isReady = Atomic(false)

    package init(notifier: ServiceNotifier = ServiceNotifier()) { self.notifier = notifier }

    /// Call this when everything listens.
    package func ready() {
        isReady.store(true, ordering: .sequentiallyConsistent)
        notifier.ready()
    }

    package func reload(_ work: () -> Void) {
        guard isReady.load(ordering: .sequentiallyConsistent) else { return work() }
        notifier.reloading()
        work()
        notifier.ready()
    }
}
