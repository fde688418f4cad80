import FieldpostCore
import Foundation

/// All entries that can still be read from damaged files. The hash of each one is checked.
///
/// Cells are found in pages, records in cells, and entries in records. The structure of the database is not used. The
/// files may be hostile: every size is checked before memory is taken, and the memory is bounded whatever they contain.
final class Salvage {
    let sources: [DamagedFiles]
    private let index: SalvageIndex
    private let codec: any EntryCoding
    private(set) var pages: Int64 = 0
    /// The nodes and incarnations to which these journals belonged, if that could be read.
    private(set) var identities: Set<Origin> = []

    /// Reads all files. `progress` gets the number of page images read, and the total.
    init(
        databases: [String], codec: any EntryCoding, progress: (_ done: Int64, _ total: Int64) -> Void
    ) throws {
        sources = databases.map { DamagedFiles(database: $0) }.filter(\.exist)
        self.codec = codec
        index = try SalvageIndex()
        let total = sources.reduce(0) { $0 + $1.imageCount }
        try index.group {
            for (number, files) in sources.enumerated() {
                try files.forEachImage { page, image, isCurrent in
                    try read(page, SalvageIndex.Location(source: number, image: image, offset: 0), isCurrent)
                    pages += 1
                    if pages % 256 == 0 { progress(pages, total) }
                }
            }
            try index.placeQuarantined()
        }
        progress(total, total)
    }

    private func read(_ page: [UInt8], _ location: SalvageIndex.Location, _ isCurrent: Bool) throws {
        if isCurrent, let identity = SalvagedIdentity(in: page) { identities.insert(identity.origin) }
        let (source, image) = (location.source, location.image)
        var tries = Limits.salvagedOverflows
        for cell in EntryCell.all(in: page) {
            guard !cell.hasOverflow || tries > 0 else { continue }
            guard let entry = SalvagedEntry(cell, in: page, of: sources[source]) else {
                if cell.hasOverflow { tries -= 1 }
                if isCurrent { try index.addCorrupt(Place(rowID: cell.rowID), source: source) }
                continue
            }
            let location = SalvageIndex.Location(source: source, image: image, offset: cell.offset)
            if entry.isQuarantined || entry.link != nil {
                try index.addQuarantined(entry.place, at: location)
            } else if let dot = codec.dot(of: entry.bytes), dot.seq == entry.place.seq, dot.seq > 0 {
                try index.add(dot, number: entry.place.origin, at: location)
            }
        }
    }

    // MARK: What was found

    /// All origins, in the order in which the journal first met them.
    func origins() throws -> [Origin] { try index.originsByAge() }

    /// The next entries of an origin after a seq, in order, perhaps with gaps. Empty if there are no more. An entry
    /// without bytes comes with the chain value that must prove it.
    func entries(of origin: Origin, after seq: UInt64) throws -> [(entry: SealedEntry, chain: Hash256?)] {
        var (entries, bytes): ([(entry: SealedEntry, chain: Hash256?)], Int) = ([], 0)
        for (seq, location) in try index.found(of: origin, after: seq, limit: Limits.commitGroup) {
            guard let entry = entry(at: location) else { continue }
            let dot = Dot(origin, seq)
            if let link = entry.link {
                entries.append((SealedEntry(dot: dot, withheld: link.hash), link.chain))
            } else {
                entries.append((codec.open(entry.bytes, at: dot), nil))
            }
            bytes += entry.bytes.count
            if bytes >= Limits.batchRawBytes { break }
        }
        return entries
    }

    private func entry(at location: SalvageIndex.Location) -> SalvagedEntry? {
        let files = sources[location.source]
        guard let page = files.page(location.image), let cell = EntryCell(in: page, at: location.offset) else {
            return nil
        }
        return SalvagedEntry(cell, in: page, of: files)
    }

    /// The findings in numbers, for people. `node`: the node to which the journal should belong.
    func findings(of node: NodeID) throws -> SalvageFindings {
        let origins = try self.origins().map { origin in
            let extent = try index.extent(of: origin)
            return SalvageFindings.OriginFindings(
                origin: origin, isOwn: origin.node == node, head: extent.head,
                beyond: extent.count - Int(extent.head), last: extent.last)
        }
        return SalvageFindings(
            files: sources.map(\.path), pages: pages, corrupt: try index.corruptCount(),
            identity: identities.sorted().first { $0.node == node }, origins: origins)
    }
}
