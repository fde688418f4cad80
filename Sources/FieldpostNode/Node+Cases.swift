import FieldpostCore
import FieldpostStore
import ServiceLifecycle

extension Node {
    /// Makes the table of cases anew after an upgrade, in small steps. Then there is nothing more to do. Throws when
    /// the journal has failed.
    func rebuildCases() async throws {
        while !Task.isCancelled {
            do throws(JournalError) {
                guard try await journal.rebuildCases() else { break }
            } catch {
                guard error == .full else { throw error }
                try? await Task.sleep(for: .seconds(Limits.fullDiskRetrySeconds))
            }
            try? await Task.sleep(for: .milliseconds(Limits.backfillPause))
        }
        // A part of the node that ends would end the node.
        try? await gracefulShutdown()
    }
}
