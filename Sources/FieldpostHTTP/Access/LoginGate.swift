import FieldpostCore
import FieldpostNode

/// The name and password with which a person logs in.
struct Login {
    let name: String
    let password: String
}

/// Checks names and passwords, and limits the number of guesses. A password counts as wrong until it is known to be
/// right. Otherwise many guesses at the same time would all be checked.
package struct LoginGate: Sendable {
    /// Counts by address, for passwords that must be derived.
    private let strangers = RateLimiter.forFailures()
    /// Counts by address and name, for passwords that may be remembered. So other people at the same address cannot
    /// lock out a person who has logged in. A guess that is found wrong because it is not remembered counts too.
    private let names = RateLimiter.forFailures()

    package init() {}

    /// Returns nil if the name or the password is wrong. Throws `Problem.tooManyRequests`, `JournalError`.
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
        // During the check, the account may have got another password, or been revoked.
        let now = try await control.account(named: login.name)
        return now == account ? now : nil
    }

    private func take(_ key: String, of limiter: RateLimiter) throws {
        guard let seconds = limiter.take(key) else { return }
        throw Problem.tooManyRequests("Too many failed logins from your address.", seconds)
    }
}
