import FieldpostCore

/// A row of `entries` whose bytes match the hash beside them. Or a row without bytes, because they were pruned: once
/// the entries before it are known, the chain value beside it proves its hash.
struct SalvagedEntry {
    let place: Place
    let bytes: [UInt8]
    /// The entry was kept but not merged. Its bytes may not contain its dot.
    let isQuarantined: Bool
    /// The hash and the chain value of an entry without bytes. Nil for other entries.
    let link: (hash: Hash256, chain: Hash256)?

    /// Returns nil if the bytes are not those that were written.
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

/// The row of `identity`: to which node the journal belonged. Nothing proves the row, so it is taken only from its own
/// page.
struct SalvagedIdentity: Hashable {
    let origin: Origin

    /// The serial types of its first columns: NULL, as row ids have, a blob of 32 bytes, a blob of 16.
    private static let firstTypes: [UInt64] = [0, 76, 44]
    /// Those of the predecessor: none, or a blob of 16 bytes. A row of `origins` begins alike, and has a chain value
    /// here.
    private static let predecessorTypes: Set<UInt64> = [0, 44]

    /// Returns nil unless the page is a table's leaf with one cell that is a row of `identity`, of any version: later
    /// ones have more columns, and larger numbers.
    init?(in page: [UInt8]) {
        // A leaf of a table, with one cell (https://www.sqlite.org/fileformat2.html, section 1.6).
        guard page[0] == 0x0d, page.bigEndian16(at: 3) == 1 else { return nil }
        var position = page.bigEndian16(at: 8)
        guard EntryCell.varint(in: page, at: &position) != nil, EntryCell.varint(in: page, at: &position) == 1,
            position < page.count, page[position] < 0x80
        else { return nil }
        let body = position + Int(page[position])
        position += 1
        var types: [UInt64] = []
        while position < body, let type = EntryCell.varint(in: page, at: &position) { types.append(type) }
        guard position == body, types.starts(with: Self.firstTypes),
            types.count < 5 || Self.predecessorTypes.contains(types[4]), body + Origin.byteCount <= page.count,
            let origin = Origin(bytes: page[body...].prefix(Origin.byteCount))
        else { return nil }
        self.origin = origin
    }
}
