import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

/// Who may use the HTTP API, by audit events that are the node's own entries.
struct AccessTests {
    private let gateway: Station
    private let token = AccessToken.random()

    init() throws { gateway = try Station(1) }

    private func give(_ access: Access, isNew: Bool = true) async throws {
        try await gateway.journal.give(
            access, isNew: isNew, account: "An audit event.", author: "operator", stamp: .unknown)
    }

    private var terminal: Access {
        Access(name: "P-7", role: .terminal(channel: "terminal"), verifier: token.verifier)
    }

    @Test func `The last audit event about a name wins, also after a restart`() async throws {
        try await give(terminal)
        #expect(try await gateway.journal.access(verifiedBy: token.verifier) == terminal)
        #expect(try await gateway.journal.access(verifiedBy: AccessToken.random().verifier) == nil)
        await #expect(throws: JournalError.nameTaken("P-7")) { try await give(terminal) }
        try gateway.interrupted { _ in }
        #expect(try await gateway.journal.access(named: "P-7") == terminal)
        var revoked = terminal
        revoked.isRevoked = true
        try await give(revoked, isNew: false)
        #expect(try await gateway.journal.access(verifiedBy: token.verifier) == nil)
        #expect(try await gateway.journal.accesses() == [revoked])
        // The name is free again.
        let next = Access(name: "P-7", role: .terminal(channel: "sensor"), verifier: AccessToken.random().verifier)
        try await give(next)
        #expect(try await gateway.journal.access(named: "P-7") == next)
        #expect(try await gateway.journal.incidents().isEmpty)
    }

    @Test func `A gateway's events go up to central, have no effect there, and come back after a loss`()
        async throws
    {
        let central = try Station(9, .central)
        try await give(terminal)
        try await gateway.push(to: central)
        #expect(try await central.journal.accesses().isEmpty)
        #expect(try await central.journal.incidents().isEmpty)
        let lost = try Station(1)
        let range = Fetch.Range.run(gateway.journal.origin, first: 1, last: 1)
        #expect(try await lost.fetch(range, from: central) == 1)
        #expect(try await lost.journal.access(verifiedBy: token.verifier) == terminal)
    }

    @Test func `Corrupt rows are repaired from the events`() async throws {
        try await give(terminal)
        try await gateway.journal.pool.write {
            try $0.execute(sql: "UPDATE accesses SET verifier = 'sha256:00', revoked = 0")
        }
        #expect(try await gateway.scrub().repaired > 0)
        #expect(try await gateway.journal.access(named: "P-7") == terminal)
    }

    @Test func `Fields describe an access, or are rejected`() {
        for right in [AccessRole.terminal(channel: "app"), .viewer, .dispatcher, .admin] {
            let access = Access(name: "王敏", role: right, verifier: "v", isRevoked: right == .admin)
            #expect(Access(fields: access.fields) == access)
            #expect(AccessRole(text: right.text) == right)
        }
        #expect(AccessRole(text: "terminal") == nil)
        #expect(AccessRole(text: "root") == nil)
        #expect(Access(fields: Enrollment(gateway: NodeID(publicKey: [1]), name: "one", grids: []).fields) == nil)
        #expect(Access.defect(ofName: "a:b") != nil)
        #expect(Access.defect(ofName: "王敏") == nil)
    }
}
