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

extension Node {
    /// At central: deletes rows of feeds that gateways hold, again and again. Throws when the journal has failed.
    func trimFeeds() async throws {
        while !Task.isCancelled {
            if journal.role == .central { try await trimFeedsNow() }
            try? await Task.sleep(for: .seconds(Limits.feedTrimSeconds))
        }
    }

    private func trimFeedsNow() async throws {
        do throws(JournalError) {
            var cursor: TrimCursor? = .start
            while !Task.isCancelled, let place = cursor {
                cursor = try await journal.trimFeeds(place, keeping: Limits.feedRowsKept)
                try? await Task.sleep(for: .milliseconds(Limits.backfillPause))
            }
        } catch {
            // The next round goes on.
            guard error == .full else { throw error }
        }
    }
}
