import FieldpostCore
import FieldpostStore

extension Node {
    /// Makes the table of cases anew, in small steps: after an upgrade, and when central set a calendar. Goes on until
    /// the journal closes. Throws when the journal has failed.
    func rebuildCases() async throws {
        try await rebuildCasesOnce()
        for await _ in journal.commits() {
            try await rebuildCasesOnce()
            // A busy node commits hundreds of times a second.
            guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
        }
    }

    private func rebuildCasesOnce() async throws(JournalError) {
        while !Task.isCancelled {
            do throws(JournalError) {
                guard try await journal.rebuildCases() else { return }
            } catch {
                guard error == .full else { throw error }
                try? await Task.sleep(for: .seconds(Limits.fullDiskRetrySeconds))
            }
            try? await Task.sleep(for: .milliseconds(Limits.backfillPause))
        }
    }
}
