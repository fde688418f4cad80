import FieldpostCore

/// A row of `entries` that proved itself: the hash beside its bytes is theirs. Or one without bytes, which were pruned:
/// its hash is proved by the chain value beside it, once the entries before it are known.
struct SalvagedEntry {
    let place: Place
    let bytes: [UInt8]
    /// It was kept, but not merged: its bytes need not say where it stands.
    let isQuarantined: Bool
    /// The hash and the chain value of an entry without bytes; nil of any other.
    let link: (hash: Hash256, chain: Hash256)?

    /// Nil when the bytes are not those that were written.
    init?(_ cell: EntryCell, in page: [UInt8], of files: DamagedFiles) {
        for useLog in cell.hasOverflow ? [true, false] : [true] {
            guard let record = files.record(of: cell, in: page, useLog: useLog) else { continue }
            let bytes = Array(record[cell.bytes])
            if bytes.isEmpty, !cell.isQuarantined, let hash = Hash256(bytes: record[cell.hash]),
                let chain = cell.chain.flatMap({ Hash256(bytes: record[$0]) })
            {
                (place, self.bytes, isQuarantined, link) = (Place(rowID: cell.rowID), [], false, (hash, chain))
                return
            }
            guard !bytes.isEmpty, Chain.hash(entry: bytes) == Hash256(bytes: record[cell.hash]) else { continue }
            place = Place(rowID: cell.rowID)
            self.bytes = bytes
            isQuarantined = cell.isQuarantined
            link = nil
            return
        }
        return nil
    }
}

/// The row of `identity`: whose journal it was. It proves itself by nothing, so it is only taken from where it belongs.
struct SalvagedIdentity: Hashable {
    let origin: Origin

    /// Nil unless the page is a table's leaf with one cell, a row of `identity`.
    init?(in page: [UInt8]) {
        // Leaf of a table, one cell (https://www.sqlite.org/fileformat2.html, section 1.6).
        guard page[0] == 0x0d, page.bigEndian16(at: 3) == 1 else { return nil }
        let cell = page.bigEndian16(at: 8)
        guard cell + 6 <= page.count else { return nil }
        // A length of one byte, row id 1; a record's header of 4 bytes: NULL, a blob of 32 bytes, one of 16; later
        // versions have more columns.
        let headerBytes = Int(page[cell + 2])
        let body = cell + 2 + headerBytes
        guard page[cell] < 0x80, page[cell + 1] == 1, (4...16).contains(headerBytes),
            page[(cell + 3)...].starts(with: [0, 76, 44]), body + Origin.byteCount <= page.count,
            let origin = Origin(bytes: page[body...].prefix(Origin.byteCount))
        else { return nil }
        self.origin = origin
    }
}
