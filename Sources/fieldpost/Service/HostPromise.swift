import FieldpostHTTP
import ServiceLifecycle
import Synchronization

/// A node that is being opened. It can be stopped meanwhile.
final class HostPromise: Sendable {
    private enum State {
        case opening
        case open(NodeHost, ServiceGroup)
        case stopped
    }

    private let state = Mutex(State.opening)

    /// Nil while the node is being opened, and after a stop was requested.
    var opened: NodeHost? {
        state.withLock { state in if case .open(let host, _) = state { host } else { nil } }
    }

    var isStopped: Bool {
        state.withLock { state in if case .stopped = state { true } else { false } }
    }

    /// False when a stop was requested meanwhile: then the node must not run.
    func fulfil(_ host: NodeHost, _ group: ServiceGroup) -> Bool {
        state.withLock { state in
            guard case .opening = state else { return false }
            state = .open(host, group)
            return true
        }
    }

    func stop() async {
        let group = state.withLock { state -> ServiceGroup? in
            defer { state = .stopped }
            return if case .open(_, let group) = state { group } else { nil }
        }
        await group?.triggerGracefulShutdown()
    }
}
