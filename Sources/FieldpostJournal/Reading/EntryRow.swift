import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

/// The columns `place`, `hash` and `bytes` of a row of `entries`. What is read is always checked against its hash.
struct EntryRow {
    let place: Place
    let bytes: [UInt8]
    /// Nil if the column does not hold a hash. (Corrupt columns may hold anything.)
    let hash: Hash256?

    init(_ row: Row) {
        place = Place(rowID: row["place"])
        bytes = row.blob("bytes").map { [UInt8]($0) } ?? []
        hash = row.blob("hash").flatMap { Hash256(bytes: $0) }
    }

    /// False if the bytes are no longer those that were written, or never were here.
    var isSound: Bool { Chain.hash(entry: bytes) == hash }

    /// Returns the entry at this place. It is quarantined if it is corrupt or withheld.
    func open(codec: any EntryCoding, origin: (Int64) -> Origin?) throws(JournalError) -> SealedEntry {
        guard let origin = origin(place.origin) else { throw .failed("entry \(place.rowID) has no origin") }
        let dot = Dot(origin, place.seq)
        guard isSound else {
            guard !bytes.isEmpty, hash != nil else { return SealedEntry(dot: dot, withheld: hash ?? .zero) }
            return SealedEntry(dot: dot, bytes: bytes, content: .quarantined(reason: Quarantine.corrupt))
        }
        return codec.open(bytes, at: dot)
    }

    /// Packs this entry for a batch. `before` is the chain value of the previous entry, `chain` the value stored for
    /// this one. Returns nil if neither the bytes nor the hash can be proved. Then no chain can continue past this
    /// entry.
    func packed(after before: Hash256, chain: Hash256?) -> (entry: PackedEntry, chain: Hash256)? {
        let real = Chain.hash(entry: bytes)
        if real == hash { return (.bytes(bytes), Chain.link(before, real)) }
        // The hash may be corrupt instead of the bytes. The chain shows which.
        if !bytes.isEmpty, Chain.link(before, real) == chain { return (.bytes(bytes), Chain.link(before, real)) }
        guard let hash, Chain.link(before, hash) == chain else { return nil }
        return (.withheld(hash), Chain.link(before, hash))
    }
}

/// Why entries are kept but not merged, if the journal itself is the reason. The same column also holds what the codec
/// says about bytes that it cannot read. Journals compare these texts, so they must not change.
enum Quarantine {
    /// The bytes no longer match their hash.
    static let corrupt = "the stored bytes do not match their hash"
    /// Only the hash arrived.
    static let withheld = SealedEntry.withheldReason
    /// An honest gateway accepts no such entry.
    static let beyondShare = "its author wrote more to this report than one node may"
    /// The report of the entry was pruned, and has changed since.
    static let rehydrating = "its body was pruned here, and is being restored from central"
}

extension SealedEntry {
    /// Why the entry is kept but not merged. Nil if it is merged.
    var quarantineReason: String? {
        if case .quarantined(let reason) = content { reason } else { nil }
    }
}
