import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// A gateway has a limited number of incarnations, and an administrator can make room.
struct IncarnationTests {
    let central: Station
    let gateway: Station

    init() throws { (central, gateway) = (try Station(9, .central), try Station(1)) }

    private func hello(as number: Int) async throws -> Hello {
        var hello = try await gateway.hello()
        hello.incarnation = Incarnation(UInt128(number))
        hello.heads = []
        return hello
    }

    @Test func `One incarnation too many is refused until those without entries are forgotten`()
        async throws
    {
        try await gateway.create()
        try await gateway.push(to: central)
        for number in 2...Limits.incarnationsPerNode {
            _ = try await central.journal.register(try await hello(as: number), stamp: .unknown)
        }
        for number in 100...120 {
            let code = await violation {
                _ = try await central.journal.register(try await hello(as: number), stamp: .unknown)
            }
            #expect(code == .limitExceeded)
        }
        #expect(try await central.journal.suspicions().map(\.kind) == [.incarnations])
        // The known incarnations are still accepted.
        try await gateway.push(to: central)
        #expect(try await central.journal.forgetIncarnations(of: gateway.id) == Limits.incarnationsPerNode - 1)
        _ = try await central.journal.register(try await hello(as: 100), stamp: .unknown)
        #expect(try await central.journal.suspicions().isEmpty)
        #expect(try await central.journal.heads(of: gateway.id).map(\.seq) == [1])
    }

    @Test func `Entries of too many incarnations are refused`() async throws {
        for number in 1...Limits.incarnationsPerNode {
            let origin = Origin(node: gateway.id, incarnation: Incarnation(UInt128(number)))
            _ = try await central.journal.ingest(
                Samples.run(of: origin, count: 1), of: origin, after: Chain.start(of: origin))
        }
        let origin = Origin(node: gateway.id, incarnation: Incarnation(1_000))
        let code = await violation {
            _ = try await central.journal.ingest(
                Samples.run(of: origin, count: 1), of: origin, after: Chain.start(of: origin))
        }
        #expect(code == .limitExceeded)
    }

    @Test func `Receipts of invented incarnations create no incarnation`() async throws {
        var hello = try await gateway.hello()
        hello.receipts = (1...500).map { number in
            let origin = Origin(node: gateway.id, incarnation: Incarnation(UInt128(number)))
            return Receipt(head: Head(origin: origin, seq: 7, chain: .zero))
        }
        _ = try await central.journal.register(hello, stamp: .unknown)
        #expect(try await central.journal.heads(of: gateway.id).isEmpty)
    }
}
