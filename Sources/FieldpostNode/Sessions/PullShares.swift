import FieldpostCore
import Synchronization

/// Divides the memory for batches that wait for the journal among the sessions that pull now. A session that has
/// nothing to pull takes no part.
final class PullShares: Sendable {
    private let busy = Mutex(0)

    /// The bytes that one session may have on their way or waiting. Each session always gets one batch through
    /// (`Limits.pullFirstCreditBytes`), so none waits for the others.
    var share: Int { Limits.pulledBytes / max(1, busy.withLock { $0 }) }

    /// One more session pulls, or one less.
    func change(by count: Int) { busy.withLock { $0 += count } }
}
