import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import Testing

/// An enrolled gateway that makes its entries by hand.
final class Liar {
    let origin: Origin
    private var seq: UInt64 = 0
    private var chain: Hash256
    private var last: [ReportID: UInt64] = [:]

    init(_ number: UInt8) {
        origin = Origin(node: NodeID(publicKey: [number]), incarnation: Incarnation(UInt128(number)))
        chain = Chain.start(of: origin)
    }

    var hello: Hello {
        Hello(
            node: origin.node, role: .gateway, name: "liar", incarnation: origin.incarnation, predecessor: nil,
            boot: BootID(1), clock: ClockReading(wallMilliseconds: 0, quality: .unknown), linkClass: "",
            frameBytes: 0, dictionaries: [], heads: [], receipts: [], grids: [])
    }

    /// The dot that the next entry will have.
    var next: Dot { Dot(origin, seq + 1) }

    /// Makes an entry, and gives it to central as a pull would.
    @discardableResult
    func send(
        _ change: Change, to report: ReportID, id: EntryID = .random(),
        claiming context: VersionVector = VersionVector(), depth: UInt64 = 1, author: String = "", at central: Journal
    ) async throws -> Ingested {
        let entry = Entry(
            id: id, dot: next, report: report, previousSeq: last[report] ?? 0, context: context, depth: depth,
            author: author, stamp: .unknown, change: change)
        let sealed = EntryCodec().open(EntryCodec().encode(entry), at: entry.dot)
        try #require(sealed.entry == entry)
        let ingested = try await central.ingest([sealed], of: origin, after: chain)
        seq += 1
        chain = Chain.link(chain, sealed.hash)
        last[report] = seq
        return ingested
    }
}

extension SealedEntry {
    static func sealed(_ entry: Entry) -> SealedEntry { EntryCodec().open(EntryCodec().encode(entry), at: entry.dot) }
}
