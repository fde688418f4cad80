import FieldpostCore
import Synchronization

/// The codes that people of a gateway asked for: one of each person. They are in memory only. After a restart, people
/// ask again.
final class PairingCodes: Sendable {
    private struct Open {
        let code: PairingCode
        /// Of the password, when the person asked.
        let verifier: String
        let end: ContinuousClock.Instant
    }

    private let open = Mutex<[String: Open]>([:])

    /// A new code, which replaces the one before.
    func make(for person: Access, at now: ContinuousClock.Instant = .now) -> PairingCode {
        let code = PairingCode.random()
        open.withLock { open in
            open = open.filter { $0.value.end > now }
            // More people than a gateway takes do not ask.
            guard open.count < Limits.people || open[person.name] != nil else { return }
            open[person.name] = Open(
                code: code, verifier: person.verifier, end: now + .seconds(Limits.pairingSeconds))
        }
        return code
    }

    /// The person whose code this is, and the verifier of the password then. Nobody can redeem it again. Nil for a code
    /// that is not open.
    func redeem(_ code: PairingCode, at now: ContinuousClock.Instant = .now) -> (person: String, verifier: String)? {
        open.withLock { open in
            guard let (person, found) = open.first(where: { $0.value.code == code }) else { return nil }
            open[person] = nil
            return found.end > now ? (person, found.verifier) : nil
        }
    }
}
