package import FieldpostCore

/// Which terminals and people may use this node.
package protocol AccessStore: Sendable {
    /// What the last audit event about each terminal or person says, by name; revoked ones too.
    func accesses() async throws(JournalError) -> [Access]

    /// Nil when no audit event is about that name.
    func access(named name: String) async throws(JournalError) -> Access?

    /// The access that a secret belongs to; nil when it is nobody's, or was revoked.
    func access(verifiedBy verifier: String) async throws(JournalError) -> Access?

    /// Records an administrator's decision about a terminal or a person. `account`: what was done, for people;
    /// `author`: by whom. Throws `.nameTaken` when `isNew` and somebody whose access is valid has the name.
    func give(
        _ access: Access, isNew: Bool, account: String, author: String, stamp: Stamp
    ) async throws(JournalError)
}
