/// What one step of pruning did.
package struct PruneStep: Hashable, Sendable {
    package var reports = 0
    package var entries = 0
    package var bytes = 0
    /// No other report is old enough.
    package var isLast = true

    package init() {}
}
