import FieldpostAPI
import FieldpostCore
import FieldpostNode
import Synchronization
import Testing

@testable import FieldpostHTTP

@Suite struct LoginGateTests {
    private let gate = LoginGate()
    private let people = People()

    private func status(_ name: String, _ password: String, from address: String = "192.0.2.1") async -> Int {
        do {
            return try await gate.access(Login(name: name, password: password), address, people) == nil ? 401 : 200
        } catch {
            return (error as? Problem)?.kind.status ?? 500
        }
    }

    @Test func `Right passwords are accepted, in any number from one address`() async {
        for number in 0..<(3 * Limits.failedLogins) { #expect(await status("\(number)", "role") == 200) }
        for _ in 0..<(3 * Limits.failedLogins) { #expect(await status("1", "role") == 200) }
    }

    @Test func `Remembered passwords do not help to guess`() async {
        #expect(await status("1", "role") == 200)
        #expect(await status("2", "role") == 200)
        for _ in 0..<Limits.failedLogins { #expect(await status("1", "wrong") == 401) }
        // A guess at that name is not even checked any more. Another person who has logged in is accepted.
        #expect(await status("1", "role") == 429)
        #expect(await status("2", "role") == 200)
        #expect(await status("3", "role") == 429)
        #expect(await status("1", "role", from: "192.0.2.2") == 200)
    }

    @Test func `Unknown and revoked names count, and an account revoked during the check is refused`() async {
        for _ in 0..<Limits.failedLogins { #expect(await status("nobody", "role") == 401) }
        #expect(await status("nobody", "role") == 429)
        people.revokes.withLock { $0 = true }
        #expect(await status("1", "role", from: "192.0.2.2") == 401)
    }
}

/// Every account with a number as its name has the password "role".
private final class People: AccessControl {
    private let remembered = Mutex<Set<String>>([])
    /// Whether an account is revoked as soon as its password was found right.
    let revokes = Mutex(false)
    private let revoked = Mutex<Set<String>>([])

    func account(named name: String) async throws -> Access? {
        guard Int(name) != nil, !revoked.withLock({ $0.contains(name) }) else { return nil }
        return Access(name: name, role: .viewer, verifier: "role")
    }

    func remembers(_ password: String, of account: Access) -> Bool {
        password == account.verifier && remembered.withLock { $0.contains(account.name) }
    }

    func isRight(_ password: String, of account: Access?) async -> Bool {
        guard let account, password == account.verifier else { return false }
        remembered.withLock { _ = $0.insert(account.name) }
        if revokes.withLock({ $0 }) { revoked.withLock { _ = $0.insert(account.name) } }
        return true
    }

    func caller(showing token: AccessToken) async throws -> Caller? { nil }
    func remembered(_ token: AccessToken) -> Caller? { nil }
    func accesses() async throws -> AccessList { throw AccessError.unknown("") }
    func give(_ request: AccessRequest, author: String) async throws -> NewAccess { throw AccessError.unknown("") }
    func revokeAccess(_ name: String, author: String) async throws { throw AccessError.unknown(name) }
}
