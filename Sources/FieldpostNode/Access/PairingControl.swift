package import FieldpostAPI
package import FieldpostCore

/// Terminals that are paired with people, and the people of a node. All methods throw `JournalError`. Those about
/// pairings throw `AccessError.wrongRole` at central.
package protocol PairingControl: Sendable {
    /// A code for a person who logged in with the password. It replaces the person's code before.
    func pairingCode(for person: Account) async throws -> PairingCode
    /// Pairs a terminal with the person whose code this is, in place of the person with whom it was paired. Throws
    /// `AccessError.wrongCode` for a code that is unknown, used or old.
    func redeem(_ code: PairingCode, by terminal: Account.Terminal) async throws -> NewPairing
    /// Of one person, or of all.
    func pairings(of person: String?) async throws -> [PairingState]
    /// Ends a pairing. Throws `AccessError.unpaired` if the terminal is not paired with this person, or with anybody.
    func endPairing(of terminal: String, with person: String?, author: String) async throws
    /// Everybody who may log in at this node, and at central also those who may no more.
    func people() async throws -> PersonList
}
