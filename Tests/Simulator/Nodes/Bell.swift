import Synchronization

/// Remembers that it was rung. The journal rings it on its own thread, and the world looks when its time has come.
final class Bell: Sendable {
    private let isRung = Mutex(false)

    func ring() { isRung.withLock { $0 = true } }

    /// Whether it was rung since the last call.
    func take() -> Bool {
        isRung.withLock { isRung in
            defer { isRung = false }
            return isRung
        }
    }
}
