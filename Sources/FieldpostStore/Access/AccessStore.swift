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
    /// `author`: by whom. Throws `.nameTaken` when `isNew` and somebody whose access is valid has the name, and
    /// `.tooManyPeople` when a gateway would get more people than it takes.
    func give(
        _ access: Access, isNew: Bool, account: String, author: String, stamp: Stamp
    ) async throws(JournalError)

    // MARK: People at gateways

    /// At central: who may log in at a gateway of these grids, by the newest audit events.
    func people(in grids: [String]) async throws(JournalError) -> PeopleList

    /// At a gateway: the people whom this central node named last. Nil while it has named none, not even an empty list.
    func people(of central: NodeID) async throws(JournalError) -> PeopleList?

    /// At a gateway: one of them; nil when no such person is in the list.
    func person(named name: String, of central: NodeID) async throws(JournalError) -> Person?

    /// At a gateway: replaces the list of people. An older list of the same incarnation of central changes nothing.
    func keep(_ list: PeopleList, of central: Origin) async throws(JournalError)
}
