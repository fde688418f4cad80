import FieldpostCore
import FieldpostNode

/// What somebody shows who logs in.
struct Login {
    let name: String
    let password: String
}

/// Lets people in by name and password, and bounds how often somebody may guess. A password counts as wrong until it is
/// known to be right, or many guesses at the same time would all be looked at.
package struct LoginGate: Sendable {
    /// By address, for passwords that have to be derived.
    private let strangers = RateLimiter.forFailures()
    /// By address and name, for those that may be remembered: what others do at the same address keeps nobody out who
    /// has logged in, and a guess that is told to be wrong by not being remembered counts too.
    private let names = RateLimiter.forFailures()

    package init() {}

    /// Nil when the name or the password is wrong. Throws `Problem.tooManyRequests`, `JournalError`.
    func access(_ login: Login, _ address: String, _ control: any AccessControl) async throws -> Access? {
        let account = try await control.account(named: login.name)
        let pair = address + "\n" + login.name
        if let account {
            try take(pair, of: names)
            if control.remembers(login.password, of: account) {
                names.giveBack(pair)
                return account
            }
        }
        try take(address, of: strangers)
        guard await control.isRight(login.password, of: account) else { return nil }
        strangers.giveBack(address)
        names.giveBack(pair)
        // The account may have got another password, or been revoked, while this one was looked at.
        let now = try await control.account(named: login.name)
        return now == account ? now : nil
    }

    private func take(_ key: String, of limiter: RateLimiter) throws {
        guard let seconds = limiter.take(key) else { return }
        throw Problem.tooManyRequests(
            "Too many passwords came from where you are that were wrong, or are not looked at yet.", seconds)
    }
}
