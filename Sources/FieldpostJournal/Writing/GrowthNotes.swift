import FieldpostStore
import Synchronization

/// What the running transaction adds to. It is not undone with a write that fails: a listener that is woken for nothing
/// finds nothing, but one that is not woken would miss something.
final class GrowthNotes: Sendable {
    private let grown = Mutex<Set<Growth>>([])

    func note(_ growth: Growth) { grown.withLock { _ = $0.insert(growth) } }

    /// All notes since the last call.
    func take() -> Set<Growth> {
        grown.withLock { grown in
            defer { grown = [] }
            return grown
        }
    }
}
