package import FieldpostCore

/// At central: which gateways may hold sessions, and the tokens by which they are enrolled.
package protocol EnrollmentStore: Sendable {
    /// What the last audit event about each gateway says, by name.
    func enrollments() async throws(JournalError) -> [Enrollment]

    /// What the last audit event about a gateway says; nil when there is none.
    func enrollment(of gateway: NodeID) async throws(JournalError) -> Enrollment?

    /// Records an administrator's decision about a gateway. `account`: what was done, for people; `author`: by whom.
    /// Throws `.nameTaken` when another enrolled gateway has the name.
    func enroll(
        _ enrollment: Enrollment, account: String, author: String, stamp: Stamp
    ) async throws(JournalError)

    /// Keeps a new token, which enrolls one gateway until `endsAt`. Returns its number, which the store gives out.
    func keep(
        _ token: TokenRecord, secret: Hash256, author: String, stamp: Stamp
    ) async throws(JournalError) -> Int

    /// All tokens that were made, newest first, at most `limit`.
    func tokens(limit: Int) async throws(JournalError) -> [TokenRecord]

    /// Withdraws a token that nobody has used. Returns false when there is none with that number.
    func withdrawToken(_ number: Int, author: String, stamp: Stamp) async throws(JournalError) -> Bool

    /// Enrolls a gateway that shows a token, and revokes in the same commit the gateway that it replaces. The same
    /// gateway may show its token again, and gets the same answer. Throws `.violation(notEnrolled)` for a token that is
    /// unknown, used by another or expired, and `.nameTaken`.
    func redeem(
        _ secret: TokenSecret, of gateway: NodeID, asking enroll: Enroll, stamp: Stamp
    ) async throws(JournalError) -> Redeemed

    /// What the last audit event about each gateway and person says, the latest event last.
    func roster() async throws(JournalError) -> [RosterEntry]

    /// Records again what a copy of the roster says and this store has lost. Later events here stand. Returns the
    /// events that were restored.
    func adopt(_ copy: [RosterEntry], stamp: Stamp) async throws(JournalError) -> [AuditEvent]
}

extension EnrollmentStore {
    /// As many tokens as fit on one page.
    package func tokens() async throws(JournalError) -> [TokenRecord] { try await tokens(limit: Limits.pageReports) }
}
