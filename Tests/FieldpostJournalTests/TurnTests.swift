import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// What does not fit into one message, or one session, is sent in a later one.
struct TurnTests {
    @Test func `entries that nobody can give do not block those behind them`() async throws {
        let central = try TestNode(9, .central)
        let origin = Samples.origin(5)
        let count = 2 * Limits.fetchedRanges + 700
        let run = (1...UInt64(2 * count)).map { seq in
            seq.isMultiple(of: 2)
                ? Samples.sealed(Dot(origin, seq)) : SealedEntry(dot: Dot(origin, seq), withheld: .zero)
        }
        var chain = Chain.start(of: origin)
        for start in stride(from: 0, to: run.count, by: Limits.batchEntries) {
            let part = Array(run[start..<min(start + Limits.batchEntries, run.count)])
            chain = try await central.journal.ingest(part, of: origin, after: chain).durable.head.chain
        }
        // Two gateways, each with its own turns.
        for gateway in [NodeID(publicKey: [1]), NodeID(publicKey: [2])] {
            var asked: [Fetch.Range] = []
            for _ in 0..<3 {
                let ranges = try await central.journal.register(gateway, name: gateway.short, grids: []).missing
                #expect(ranges.count == Limits.fetchedRanges)
                asked += ranges
            }
            #expect(Set(asked).count == count, "after the last come the first again")
        }
    }

    @Test func `a gateway whose incarnations do not fit a hello names those that central lacks in turn`() async throws {
        let gateway = try TestNode(1)
        let count = 150
        // Each begins with an incident, which central lacks.
        for _ in 0..<count {
            try await gateway.journal.begin(IncarnationStart(.centralRestored(gateway: gateway.id), stamp: .unknown))
        }
        var told: Set<Origin> = []
        for turn in 0..<40 {
            let heads = try await gateway.journal.greeting(turn: turn).heads
            #expect(heads.count == Limits.greetingOrigins && heads.first?.origin == gateway.journal.origin)
            told.formUnion(heads.map(\.origin))
        }
        let incarnations = try await gateway.journal.heads(of: gateway.id).filter { $0.seq > 0 }.map(\.origin)
        #expect(incarnations.count == count && told.isSuperset(of: incarnations))
    }

    @Test func `when central's clock is set, measures move with it, also those of past boots`() async throws {
        let central = try TestNode(9, .central)
        let node = NodeID(publicKey: [1])
        func measure(_ boot: UInt128, _ offset: Int64, base: Int64, in own: UInt128 = 1) -> ClockMeasure {
            ClockMeasure(
                boot: BootID(boot), offsetMilliseconds: offset, uncertaintyMilliseconds: 20,
                monotonicMilliseconds: 1000, reference: ClockReference(boot: BootID(own), baseMilliseconds: base))
        }
        func offsets() async throws -> [Int64?] {
            let found = try await central.journal.clockMeasures(of: [7, 8].map { (node, BootID($0)) })[node]
            return [7, 8].map { found?[BootID($0)]?.offsetMilliseconds }
        }
        try await central.journal.note(measure(7, 5_000, base: 100_000), of: node)
        try await central.journal.note(measure(8, 9_000, base: 100_030), of: node)
        #expect(try await offsets() == [5_000, 9_000], "a jitter is no setting")
        // An hour forward, as the measure of another gateway shows.
        try await central.journal.note(measure(1, 0, base: 3_700_000), of: NodeID(publicKey: [2]))
        #expect(try await offsets() == [3_605_000, 3_608_970])
        // In another run of central's kernel, measures of a past boot do not move.
        try await central.journal.note(measure(8, 77_000, base: 9, in: 2), of: node)
        #expect(try await offsets() == [3_605_000, 77_000])
    }

    @Test func `of measures that agree the most certain wins, otherwise the later one`() async throws {
        let central = try TestNode(9, .central)
        let node = NodeID(publicKey: [1])
        for (offset, uncertainty, wanted) in [
            (1000, 20, 1000), (1060, 80, 1000), (1010, 10, 1010), (5000, 900, 5000), (5300, 950, 5000),
        ] as [(Int64, UInt64, Int64)] {
            try await central.journal.note(
                ClockMeasure(
                    boot: BootID(7), offsetMilliseconds: offset, uncertaintyMilliseconds: uncertainty,
                    monotonicMilliseconds: 1000), of: node)
            let found = try await central.journal.clockMeasures(of: [(node, BootID(7))])[node]
            #expect(found?[BootID(7)]?.offsetMilliseconds == wanted)
        }
    }
}
