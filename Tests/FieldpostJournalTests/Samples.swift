import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire

enum Samples {
    /// The key of a node's proofs, so that a test can make proofs too.
    static func proofKey(of node: NodeID) -> ProofKey { ProofKey(privateKey: node.bytes) }

    static let stamp = Stamp(wallMilliseconds: 1_750_000_000_000, boot: BootID(7), monotonicMilliseconds: 1)

    static func draft(
        _ intent: Draft.Intent, _ report: ReportID, id: EntryID = .random(), seen: ReportVersion? = nil,
        change: Change = Change(fields: [.text: .text("made")])
    ) -> Draft {
        Draft(id: id, report: report, intent: intent, seen: seen, author: "grid worker", stamp: stamp, change: change)
    }

    static func origin(_ number: UInt8) -> Origin {
        Origin(node: NodeID(publicKey: [number]), incarnation: Incarnation(UInt128(number)))
    }

    /// A peer's entries 1…count. Each one creates a report.
    static func run(of origin: Origin, count: Int, text: String = "made") -> [SealedEntry] {
        (1...count).map { seq in sealed(Dot(origin, UInt64(seq)), text: text) }
    }

    static func sealed(
        _ dot: Dot, id: EntryID? = nil, report: ReportID? = nil, text: String = "made",
        previous: UInt64 = 0, context: VersionVector = VersionVector()
    ) -> SealedEntry {
        let number = UInt128(dot.seq)
        let entry = Entry(
            id: id ?? EntryID(UInt128(dot.origin.incarnation.value) << 64 | number), dot: dot,
            report: report ?? ReportID(number),
            previousSeq: previous, context: context, depth: UInt64(context.count) + 1, author: "peer", stamp: stamp,
            change: Change(fields: [.text: .text(text)]))
        return EntryCodec().open(EntryCodec().encode(entry), at: dot)
    }

    /// H(seq) of a peer's entries.
    static func chain(of origin: Origin, _ entries: some Sequence<SealedEntry>) -> Hash256 {
        entries.reduce(Chain.start(of: origin)) { Chain.link($0, $1.hash) }
    }
}

/// The code of the violation that a call threw. Nil if it threw none.
func violation(of body: () async throws -> Void) async -> Violation.Code? {
    do {
        try await body()
        return nil
    } catch {
        if case .violation(let violation) = error as? JournalError { return violation.code }
        return nil
    }
}

extension Journal {
    /// As a gateway's hello does.
    @discardableResult
    func register(_ node: NodeID, name: String, grids: Set<String>) async throws(JournalError) -> Registered {
        let hello = Hello(
            node: node, role: .gateway, name: name, incarnation: Incarnation(1), boot: BootID(1),
            clock: ClockReading(wallMilliseconds: 0, quality: .unknown), linkClass: "", frameBytes: 0, dictionaries: [],
            heads: [], receipts: [], grids: grids.sorted())
        return try await register(hello, stamp: .unknown)
    }
}
