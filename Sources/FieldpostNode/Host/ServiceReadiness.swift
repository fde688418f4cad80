import Synchronization

/// Tells systemd that a node serves, and of its reloads from then on. One that comes earlier is carried out and not
/// told: the end of a reload counts as ready, and whoever waits for the unit would find nobody there.
package final class ServiceReadiness: Sendable {
    private let notifier: ServiceNotifier
    private let isReady = Atomic(false)

    package init(notifier: ServiceNotifier = ServiceNotifier()) { self.notifier = notifier }

    /// Once everything listens.
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
