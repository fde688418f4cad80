package import FieldpostCore

/// At a gateway: how long the bodies of reports are kept after central holds them.
package protocol RetentionStore: Sendable {
    /// Counts how often pruned reports were needed again. Whoever sees it grow asks central for what is `missing()`.
    var rehydrations: Int { get }

    /// Notes that the node ran for so many milliseconds of its monotonic clock, and what central said that it holds.
    /// `central`: the incarnation of central that a session stands with; nil where none does. `age`: as for `prune`.
    func rest(for milliseconds: UInt64, with central: Origin?, keeping age: UInt64) async throws(JournalError)

    /// Deletes the bodies of some reports for which nothing new came for `age` milliseconds of running time, and which
    /// central has held whole for as long. One call does a small part, so that intake does not wait.
    func prune(keeping age: UInt64, with central: Origin) async throws(JournalError) -> PruneStep
}
