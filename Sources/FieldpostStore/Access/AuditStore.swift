package import FieldpostCore

/// What administrators did, and what happened to the store itself.
package protocol AuditStore: Sendable {
    /// What this node's administrators did, newest first, at most `limit`.
    func auditEvents(limit: Int) async throws(JournalError) -> [RecordedAuditEvent]

    /// Records what an administrator did, where it changes no admission. `account`: for people; `author`: by whom.
    func record(_ account: String, author: String, stamp: Stamp) async throws(JournalError)

    /// What happened to this node's store, newest first, at most `limit`.
    func incidents(limit: Int) async throws(JournalError) -> [Incident]

    /// Resolves all incidents so far, and forgets all suspicions. Returns how many there were.
    func resolveIncidents() async throws(JournalError) -> Int
}

extension AuditStore {
    /// As many events as fit on one page.
    package func auditEvents() async throws(JournalError) -> [RecordedAuditEvent] {
        try await auditEvents(limit: Limits.pageReports)
    }

    /// As many incidents as fit on one page.
    package func incidents() async throws(JournalError) -> [Incident] {
        try await incidents(limit: Limits.pageReports)
    }
}
