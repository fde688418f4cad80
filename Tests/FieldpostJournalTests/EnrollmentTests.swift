import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

/// Which gateways central admits: by audit events that are its own entries, and by tokens that each enroll one gateway.
struct EnrollmentTests {
    private let central: Station
    private let gateway = NodeID(publicKey: [1])

    init() throws { central = try Station(9, .central) }

    private func enroll(_ enrollment: Enrollment) async throws {
        try await central.journal.enroll(enrollment, account: "An audit event.", author: "operator", stamp: .unknown)
    }

    private func token(ends: Int64 = 1000, name: String? = nil) async throws -> TokenSecret {
        let secret = TokenSecret.random()
        let record = TokenRecord(number: 0, name: name, grids: nil, madeAt: 0, endsAt: ends, gateway: nil)
        _ = try await central.journal.keep(record, secret: secret.hash, author: "operator", stamp: .unknown)
        return secret
    }

    private func redeem(_ secret: TokenSecret, of gateway: NodeID, at wall: Int64 = 0) async throws -> Enrollment {
        try await central.journal.redeem(
            secret, of: gateway, asking: Enroll(name: "station \(gateway.short)", grids: ["10014"], token: secret),
            stamp: Stamp(wallMilliseconds: wall, boot: BootID(1), monotonicMilliseconds: 0)
        ).enrollment
    }

    private func isRefused(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return false
        } catch {
            if case .violation(let violation)? = error as? JournalError { return violation.code == .notEnrolled }
            return false
        }
    }

    @Test func `Two spellings of the same characters are one name`() async throws {
        try await enroll(Enrollment(gateway: gateway, name: "caf\u{E9}", grids: []))
        let other = Enrollment(gateway: NodeID(publicKey: [2]), name: "cafe\u{301}", grids: [])
        await #expect(throws: JournalError.self) { try await enroll(other) }
        // The gateway itself may be recorded again, and a revoked gateway reserves no name.
        try await enroll(Enrollment(gateway: gateway, name: "cafe\u{301}", grids: []))
        try await enroll(Enrollment(gateway: gateway, state: .revoked, name: "caf\u{E9}", grids: []))
        try await enroll(other)
    }

    @Test func `The last audit event about a gateway wins, also after a restart`() async throws {
        var enrollment = Enrollment(gateway: gateway, name: "one", grids: ["10014"])
        try await enroll(enrollment)
        enrollment.state = .revoked
        try await enroll(enrollment)
        #expect(try await central.journal.enrollment(of: gateway) == enrollment)
        (enrollment.state, enrollment.name, enrollment.grids) = (.enrolled, "two", [])
        try await enroll(enrollment)
        try central.interrupted { _ in }
        #expect(try await central.journal.enrollments() == [enrollment])
        #expect(try await central.journal.incidents().isEmpty)
        #expect(try await central.journal.resolveIncidents() == 0)
    }

    @Test func `A copy of the roster is restored, except where a later audit event differs`() async throws {
        let (one, two) = (gateway, NodeID(publicKey: [2]))
        try await enroll(Enrollment(gateway: one, name: "one", grids: ["10014"]))
        let old = try await central.journal.roster()
        try await enroll(Enrollment(gateway: one, state: .revoked, name: "one", grids: ["10014"]))
        try await enroll(Enrollment(gateway: two, name: "two", grids: []))
        let person = Access(name: "李强", role: .dispatcher, verifier: "", isRevoked: true)
        try await central.journal.give(
            person, isNew: false, account: "An audit event.", author: "operator", stamp: .unknown)
        let copy = try await central.journal.roster()
        #expect(try await central.journal.adopt(copy, stamp: .unknown) == [])
        #expect(try await central.journal.adopt(old, stamp: .unknown) == [])
        #expect(try await central.journal.roster() == copy)

        let other = try Station(8, .central)
        try await other.journal.enroll(
            Enrollment(gateway: one, name: "one", grids: []), account: "An audit event.", author: "operator",
            stamp: .unknown)
        #expect(try await other.journal.adopt(copy, stamp: .unknown).map(\.name) == ["one", "two", "李强"])
        #expect(try await other.journal.roster() == copy)
        #expect(try await other.journal.enrollment(of: one)?.state == .revoked)
        #expect(try await other.journal.accesses() == [person])
        // A new audit event is later than all that were restored.
        try await other.journal.enroll(
            Enrollment(gateway: two, state: .revoked, name: "two", grids: []), account: "An audit event.",
            author: "operator",
            stamp: .unknown)
        #expect(try await other.journal.adopt(copy, stamp: .unknown) == [])
    }

    @Test func `A gateway whose name another one has by now is not restored`() async throws {
        let other = NodeID(publicKey: [2])
        try await enroll(Enrollment(gateway: other, name: "one", grids: []))
        let copy = [RosterEntry(depth: 9, event: .enrollment(Enrollment(gateway: gateway, name: "one", grids: [])))]
        #expect(try await central.journal.adopt(copy, stamp: .unknown) == [])
        #expect(try await central.journal.enrollments().map(\.gateway) == [other])
    }

    @Test func `Two enrolled gateways have two names`() async throws {
        try await enroll(Enrollment(gateway: gateway, name: "one", grids: []))
        let other = Enrollment(gateway: NodeID(publicKey: [2]), name: "one", grids: [])
        await #expect(throws: JournalError.nameTaken("one")) { try await enroll(other) }
        try await enroll(Enrollment(gateway: gateway, state: .revoked, name: "one", grids: []))
        try await enroll(other)
        #expect(try await central.journal.enrollments().count == 2)
    }

    @Test func `A token that replaces a gateway revokes it, and gives its name and grids to the new one`() async throws
    {
        try await enroll(Enrollment(gateway: gateway, name: "one", grids: ["10018"]))
        let secret = TokenSecret.random()
        let record = TokenRecord(
            number: 0, name: nil, grids: nil, replaces: gateway, madeAt: 0, endsAt: 1000, gateway: nil)
        _ = try await central.journal.keep(record, secret: secret.hash, author: "operator", stamp: .unknown)
        #expect(try await central.journal.enrollment(of: gateway)?.state == .enrolled)
        let new = NodeID(publicKey: [2])
        let redeemed = try await central.journal.redeem(
            secret, of: new, asking: Enroll(name: "other", grids: [], token: secret), stamp: .unknown)
        #expect(redeemed.revoked == gateway)
        #expect(redeemed.enrollment == Enrollment(gateway: new, name: "one", grids: ["10018"]))
        #expect(try await central.journal.enrollment(of: gateway)?.state == .revoked)
        // Presented again after a lost answer, the token revokes no gateway.
        #expect(try await redeem(secret, of: new) == redeemed.enrollment)
    }

    @Test func `If twenty gateways present one token at once, one is enrolled`() async throws {
        let secret = try await token()
        let journal = central.journal
        let winners = await withTaskGroup(of: NodeID?.self) { group in
            for number in UInt8(10)..<30 {
                group.addTask {
                    let gateway = NodeID(publicKey: [number])
                    let won = try? await journal.redeem(
                        secret, of: gateway, asking: Enroll(name: "\(number)", grids: [], token: secret),
                        stamp: .unknown)
                    return won?.enrollment.gateway
                }
            }
            return await group.reduce(into: [NodeID]()) { winners, winner in if let winner { winners.append(winner) } }
        }
        #expect(winners.count == 1)
        #expect(try await central.journal.enrollments().map(\.gateway) == winners)
        #expect(try await central.journal.tokens().map(\.gateway) == winners)
    }

    @Test func `A used, expired, withdrawn or unknown token is refused`() async throws {
        let used = try await token()
        let first = try await redeem(used, of: gateway)
        #expect(try await redeem(used, of: gateway) == first, "its answer may have been lost")
        #expect(await isRefused { _ = try await redeem(used, of: NodeID(publicKey: [2])) })
        var revoked = first
        revoked.state = .revoked
        try await enroll(revoked)
        #expect(await isRefused { _ = try await redeem(used, of: gateway) })

        let ended = try await token(ends: 1000)
        #expect(await isRefused { _ = try await redeem(ended, of: NodeID(publicKey: [3]), at: 1000) })
        let withdrawn = try await token()
        #expect(try await central.journal.withdrawToken(3, author: "operator", stamp: .unknown))
        #expect(try await !central.journal.withdrawToken(1, author: "operator", stamp: .unknown), "it was used")
        #expect(await isRefused { _ = try await redeem(withdrawn, of: NodeID(publicKey: [4])) })
        #expect(await isRefused { _ = try await redeem(.random(), of: NodeID(publicKey: [5])) })
    }

    @Test func `A refused name does not use up the token`() async throws {
        try await enroll(Enrollment(gateway: gateway, name: "one", grids: []))
        let secret = try await token(name: "one")
        let other = NodeID(publicKey: [2])
        await #expect(throws: JournalError.nameTaken("one")) { _ = try await redeem(secret, of: other) }
        try await enroll(Enrollment(gateway: gateway, name: "another", grids: []))
        #expect(try await redeem(secret, of: other).name == "one")
    }

    @Test func `An audit event that a gateway sends admits no gateway`() async throws {
        let stranger = NodeID(publicKey: [66])
        let own = central.journal.origin
        // It is sent under central's own origin, as if central had lost it, and under the gateway's.
        for origin in [own, Origin(node: gateway, incarnation: Incarnation(1))] {
            let event = Entry(
                id: .random(), dot: Dot(origin, 1), kind: .auditEvent, report: .none, previousSeq: 0,
                context: VersionVector(),
                depth: 99, author: "operator", stamp: .unknown,
                change: Change(
                    fields: Enrollment(gateway: stranger, name: "x", grids: []).fields, notes: [Note(text: "Forged.")]))
            let sealed = EntryCodec().open(EntryCodec().encode(event), at: event.dot)
            #expect(sealed.entry == event)
            _ = try await central.journal.restore([sealed], asked: .foreign(after: nil), from: gateway)
        }
        try await central.scrub()
        #expect(try await central.journal.enrollments().isEmpty)
        #expect(try await central.journal.head().seq == 0)
    }

    @Test func `Corrupt rows of the table are restored from the events`() async throws {
        let kept = Enrollment(gateway: gateway, state: .revoked, name: "one", grids: ["10014"])
        try await enroll(kept)
        for change in [
            "UPDATE enrollments SET state = 'enrolled'", "UPDATE enrollments SET depth = 1 << 40, name = 'x'",
            "DELETE FROM enrollments", "UPDATE enrollments SET gateway = zeroblob(32)",
        ] {
            try central.journal.close()
            let queue = try DatabaseQueue(path: central.journal.path)
            try await queue.write { try $0.execute(sql: change) }
            try queue.close()
            try central.reopen()
            #expect(try await central.scrub().repaired > 0)
            #expect(try await central.journal.enrollments() == [kept], "\(change)")
            #expect(try await central.scrub().repaired == 0)
        }
    }

    @Test func `A corrupt audit event shuts out no gateway`() async throws {
        let kept = Enrollment(gateway: gateway, name: "one", grids: ["10014"])
        try await enroll(kept)
        try central.journal.close()
        let queue = try DatabaseQueue(path: central.journal.path)
        try await queue.write { try $0.execute(sql: "UPDATE entries SET bytes = zeroblob(length(bytes))") }
        try queue.close()
        try central.reopen()
        for _ in 0..<2 {
            _ = try await central.scrub()
            #expect(try await central.journal.enrollments() == [kept])
        }
    }
}
