import FieldpostCore
import Foundation
import GRDB

/// A row of `entries`: `place`, `hash`, `bytes`. What is read is always checked against its hash.
struct EntryRow {
    let place: Place
    let bytes: [UInt8]
    /// Nil when the column no longer holds a hash. (Corrupt columns may hold anything.)
    let hash: Hash256?

    init(_ row: Row) {
        place = Place(rowID: row["place"])
        bytes = row.blob("bytes").map { [UInt8]($0) } ?? []
        hash = row.blob("hash").flatMap { Hash256(bytes: $0) }
    }

    /// False when the bytes are no longer those that were written, or were never here.
    var isSound: Bool { Chain.hash(entry: bytes) == hash }

    /// The entry at this place; quarantined when it is corrupt or withheld.
    func open(codec: any EntryCoding, origin: (Int64) -> Origin?) throws(JournalError) -> SealedEntry {
        guard let origin = origin(place.origin) else { throw .failed("entry \(place.rowID) has no origin") }
        let dot = Dot(origin, place.seq)
        guard isSound else {
            guard !bytes.isEmpty, hash != nil else { return SealedEntry(dot: dot, withheld: hash ?? .zero) }
            return SealedEntry(dot: dot, bytes: bytes, content: .quarantined(reason: Quarantine.corrupt))
        }
        return codec.open(bytes, at: dot)
    }

    /// How this entry goes into a batch after one whose chain value was `before`, `chain` being the value stored for
    /// it. Nil when neither the bytes nor the hash can be proved: then no chain can go on over it.
    func packed(after before: Hash256, chain: Hash256?) -> (entry: PackedEntry, chain: Hash256)? {
        let real = Chain.hash(entry: bytes)
        if real == hash { return (.bytes(bytes), Chain.link(before, real)) }
        // The column of the hash may be corrupt instead of the bytes: the chain tells.
        if !bytes.isEmpty, Chain.link(before, real) == chain { return (.bytes(bytes), Chain.link(before, real)) }
        guard let hash, Chain.link(before, hash) == chain else { return nil }
        return (.withheld(hash), Chain.link(before, hash))
    }
}

/// Why entries are kept but not merged, where the journal itself is the reason. What the codec says of bytes that it
/// cannot read stands in the same column.
enum Quarantine {
    /// The bytes do not match their hash any more.
    static let corrupt = "the stored bytes do not match their hash"
    /// Only the hash ever came.
    static let withheld = SealedEntry.withheldReason
    /// An honest gateway takes no such entry in.
    static let beyondShare = "its author wrote more to this report than one node may"
    /// Its report was pruned, and is written to again.
    static let rehydrating = "its body was pruned here, and is being restored from central"
}

extension SealedEntry {
    /// Why the entry is kept but not merged; nil when it is merged.
    var quarantineReason: String? {
        if case .quarantined(let reason) = content { reason } else { nil }
    }
}
