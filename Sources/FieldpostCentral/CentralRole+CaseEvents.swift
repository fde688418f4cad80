import FieldpostCore
import FieldpostStore

extension CentralRole {
    /// Raises the events of deadlines that have come, again and again. Throws when the journal has failed.
    func raiseCaseEvents() async throws {
        while !Task.isCancelled {
            do throws(JournalError) {
                try await raiseDueEvents()
            } catch {
                // Nothing is lost: the next round raises them.
                guard error == .full else { throw error }
            }
            try? await Task.sleep(for: .seconds(Limits.eventSeconds))
        }
    }

    private func raiseDueEvents() async throws(JournalError) {
        while !Task.isCancelled, let now = await time()?.milliseconds,
            let next = try await journal.nextCaseEvent(), next <= now
        {
            guard try await journal.raiseCaseEvents(now: now) > 0 else { return }
        }
    }
}
