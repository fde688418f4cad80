import FieldpostCore
import FieldpostStore

extension Node {
    /// At central: goes on to fill feeds after grids of gateways changed. Throws when the journal has failed.
    func fillFeeds() async throws {
        let commits = journal.commits()
        try await fillFeedsNow()
        for await _ in commits { try await fillFeedsNow() }
    }

    private func fillFeedsNow() async throws {
        do throws(JournalError) {
            while !Task.isCancelled, try await journal.backfillFeeds() {
                try? await Task.sleep(for: .milliseconds(Limits.backfillPause))
            }
        } catch {
            guard error == .full else { throw error }
            try? await Task.sleep(for: .seconds(Limits.fullDiskRetrySeconds))
        }
    }
}
