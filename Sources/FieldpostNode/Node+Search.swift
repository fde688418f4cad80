import FieldpostCore
import FieldpostStore

extension Node {
    /// Takes up commits into the search index, a moment after them and in small steps, until the journal closes. Throws
    /// when the journal has failed.
    func indexSearch() async throws {
        try await catchUpSearch()
        for await _ in journal.commits() {
            // One step takes what a busy node commits meanwhile.
            guard (try? await Task.sleep(for: .milliseconds(Limits.searchDelayMilliseconds))) != nil else { return }
            try await catchUpSearch()
        }
    }

    private func catchUpSearch() async throws(JournalError) {
        while !Task.isCancelled {
            do throws(JournalError) {
                guard try await journal.indexSearch() else { return }
            } catch {
                guard error == .full else { throw error }
                try? await Task.sleep(for: .seconds(Limits.fullDiskRetrySeconds))
            }
            await Task.yield()
        }
    }
}
