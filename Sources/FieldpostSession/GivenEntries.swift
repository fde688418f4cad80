import FieldpostCore
import FieldpostWire

/// Decoded entries from a peer, each with its own dot, and central's proofs of them.
package struct GivenEntries: Sendable {
    let sealed: [SealedEntry]
    let proofs: [Dot: Proof]

    /// Each entry names its own dot. An entry that names none is left out.
    init(_ body: CompressedEntries, proofs: [Proof]) throws(Violation) {
        let codec = EntryCodec()
        var sealed: [SealedEntry] = []
        var byDot: [Dot: Proof] = [:]
        for (index, bytes) in try BatchCodec.expandWhole(body).enumerated() {
            guard let dot = codec.dot(of: bytes) else { continue }
            sealed.append(codec.open(bytes, at: dot))
            if index < proofs.count, byDot[dot] == nil { byDot[dot] = proofs[index] }
        }
        (self.sealed, self.proofs) = (sealed, byDot)
    }

    static let none = GivenEntries(sealed: [], proofs: [:])

    private init(sealed: [SealedEntry], proofs: [Dot: Proof]) { (self.sealed, self.proofs) = (sealed, proofs) }

    /// In a run without a gap, each entry has the next dot, whatever its bytes say, and may be withheld.
    init(_ fetched: Fetched, of range: Fetch.Range) throws(Violation) {
        guard let body = fetched.body else {
            self.init(sealed: [], proofs: [:])
            return
        }
        guard case .run(let origin, let first, _) = range, let upTo = fetched.upTo, upTo.origin == origin,
            upTo.seq >= first, upTo.seq - first + 1 == UInt64(body.count)
        else {
            try self.init(body, proofs: fetched.proofs)
            return
        }
        let sealed = zip(try BatchCodec.expand(body), first...).map { SealedEntry($0, at: Dot(origin, $1)) }
        self.init(sealed: sealed, proofs: Dictionary(zip(sealed.map(\.dot), fetched.proofs)) { first, _ in first })
    }
}

extension SealedEntry {
    init(_ packed: PackedEntry, at dot: Dot) {
        switch packed {
        case .bytes(let bytes): self = EntryCodec().open(bytes, at: dot)
        case .withheld(let hash): self.init(dot: dot, withheld: hash)
        }
    }
}
