import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// The upkeep of central's feeds, like `Node.fillFeeds` and `Node.trimFeeds`. No rows are kept, so that gateways that
/// are put back find none.
extension World {
    static let feedMilliseconds: UInt64 = 1500

    func keepFeeds(_ node: SimulatedNode) async {
        guard let journal = node.journal, now >= node.feedsKeptAt + Self.feedMilliseconds else { return }
        node.feedsKeptAt = now
        do throws(JournalError) {
            while try await journal.backfillFeeds() {}
            var cursor: TrimCursor? = .start
            while let place = cursor {
                cursor = try await journal.trimFeeds(place, keeping: 0)
                if cursor != nil { count("trimmed feeds") }
            }
        } catch {
            note("\(node.name) cannot keep its feeds: \(error)")
        }
        worked(on: node)
        if node.isRunning { schedule(.keepFeeds(node), after: Self.feedMilliseconds) }
    }
}
