import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

struct ReceiptTests {
    let node: TestNode

    init() throws { node = try TestNode(1) }

    @Test func `a receipt is stored and never goes back`() async throws {
        for _ in 0..<3 { try await node.create() }
        let run = try #require(try await node.journal.run(of: node.journal.origin, after: 0))
        let chain = Samples.chain(of: run.origin, run.sealed.prefix(2))
        let head = try await node.journal.head()
        let proof = Samples.proofKey(of: NodeID(publicKey: [9])).proof(of: head, to: node.id, in: Incarnation(1))
        let receipt = Receipt(head: head, proof: proof)
        try await node.journal.acknowledge(receipt)
        try await node.journal.acknowledge(Receipt(head: Head(origin: run.origin, seq: 2, chain: chain)))
        #expect(try await node.journal.greeting().receipts == [receipt])
        #expect(try await node.journal.statistics().origins.map(\.receipt) == [3])
    }

    @Test func `a receipt with another chain value is a fork`() async throws {
        try await node.create()
        let head = Head(origin: node.journal.origin, seq: 1, chain: Hash256.zero)
        let code = await violation {
            try await node.journal.acknowledge(Receipt(head: head))
        }
        #expect(code == .fork)
        #expect(try await node.journal.greeting().receipts == [])
    }

    @Test(arguments: [2, UInt64.max]) func `a receipt beyond this journal shows that it was rewound`(seq: UInt64)
        async throws
    {
        try await node.create()
        let head = Head(origin: node.journal.origin, seq: seq, chain: Hash256.zero)
        let code = await violation {
            try await node.journal.acknowledge(Receipt(head: head))
        }
        #expect(code == .rewound)
    }
}
