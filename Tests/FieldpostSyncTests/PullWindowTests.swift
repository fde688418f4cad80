import FieldpostCore
import Testing

@testable import FieldpostSync

/// What one pull may hold of a gateway's batches.
struct PullWindowTests {
    /// A gateway that sends whenever it may, and a central node that stores one batch after the other.
    private struct Exchange {
        var window: PullWindow
        var credit = Limits.pullFirstCreditBytes
        var left: Int
        var batch = 40_000
        var waiting: [Int] = []
        private(set) var most = 0

        init(entries: Int) throws {
            window = try PullWindow()
            left = entries
        }

        /// Sends all that it may.
        mutating func send() throws {
            while left > 0, credit > 0 {
                let entries = min(left, 100)
                let bytes = batch * entries / 100
                left -= entries
                credit -= bytes
                waiting.append(bytes)
                try window.take(bytes: bytes, entries: UInt64(entries))
                most = max(most, waiting.reduce(0, +))
            }
        }

        mutating func store(share: Int, rest: Int? = nil) throws {
            let bytes = waiting.removeFirst()
            credit += Int(try window.stored(bytes: bytes, rest: UInt64(rest ?? left), share: share))
        }
    }

    @Test func `A pull begins small, grows while the gateway holds more, and holds little at the end`() throws {
        var exchange = try Exchange(entries: 20_000)
        try exchange.send()
        #expect(exchange.waiting.count == 2)
        repeat {
            try exchange.store(share: Limits.pullCreditBytes)
            try exchange.send()
        } while !exchange.waiting.isEmpty
        #expect(exchange.left == 0)
        #expect(exchange.most > Limits.pullCreditBytes / 2)
        #expect(exchange.most <= Limits.pullCreditBytes + exchange.batch)
        #expect(exchange.credit <= Limits.pullFirstCreditBytes + exchange.batch)
    }

    @Test func `A pull takes no more than its share, but always gets one batch through`() throws {
        for share in [0, 1, 200_000] {
            var exchange = try Exchange(entries: 3_000)
            try exchange.send()
            repeat {
                try exchange.store(share: share)
                try exchange.send()
            } while !exchange.waiting.isEmpty
            #expect(exchange.left == 0)
            #expect(exchange.most <= max(share, Limits.pullFirstCreditBytes) + exchange.batch)
        }
    }

    @Test func `A share that shrinks is given back as batches are stored`() throws {
        var exchange = try Exchange(entries: 1_000_000)
        try exchange.send()
        for _ in 0..<60 {
            try exchange.store(share: Limits.pullCreditBytes)
            try exchange.send()
        }
        #expect(exchange.waiting.reduce(0, +) > Limits.pullCreditBytes / 2)
        for _ in 0..<60 {
            try exchange.store(share: 0)
            try exchange.send()
        }
        #expect(exchange.waiting.reduce(0, +) <= Limits.pullFirstCreditBytes + exchange.batch)
    }

    @Test func `Live entries renew exactly the credit that they took`() throws {
        var window = try PullWindow()
        for _ in 0..<5_000 {
            try window.take(bytes: 300, entries: 1)
            let grant = try window.stored(bytes: 300, rest: 0, share: Limits.pullCreditBytes)
            #expect(grant == 300)
        }
        #expect(window.credit.bytes == Limits.pullFirstCreditBytes)
    }

    @Test func `A count that a gateway made up overflows nothing`() throws {
        var window = try PullWindow()
        try window.take(bytes: Limits.batchRawBytes, entries: 1)
        let grant = try window.stored(bytes: Limits.batchRawBytes, rest: .max, share: .max)
        #expect(Int(grant) <= Limits.pullCreditBytes + Limits.batchRawBytes)
    }
}
