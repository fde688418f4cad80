import FieldpostCore
import Foundation
import GRDB

/// A row of `entries`: `place`, `hash`, `bytes`. What is read is always checked against its hash.
struct EntryRow {
    let place: Place
    let bytes: [UInt8]
    /// Nil when the column no longer holds a hash.
    let hash: Hash256?

    init(_ row: Row) {
        place = Place(rowID: row["place"])
        bytes = [UInt8](row["bytes"] as Data)
        hash = Hash256(bytes: row["hash"] as Data)
    }

    /// False when the bytes are no longer those that were written.
    var isSound: Bool { Chain.hash(entry: bytes) == hash }

    /// The entry at this place; quarantined when it is rotten.
    func open(codec: any EntryCoding, origin: (Int64) -> Origin?) throws(JournalError) -> SealedEntry {
        guard let origin = origin(place.origin) else { throw .failed("entry \(place.rowID) has no origin") }
        let dot = Dot(origin, place.seq)
        guard isSound else {
            return SealedEntry(
                dot: dot, bytes: bytes, content: .quarantined(reason: "the stored bytes do not match their hash"))
        }
        return codec.open(bytes, at: dot)
    }
}
