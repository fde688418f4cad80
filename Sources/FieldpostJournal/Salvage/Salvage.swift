import FieldpostCore
import Foundation

/// All entries that can still be read in damaged files, each proven by its hash.
///
/// Pages give cells, cells give records, records give entries; the database's own structure is not needed. Files are
/// taken for hostile: every size is checked before memory is taken, and memory stays bounded whatever they hold.
final class Salvage {
    let sources: [DamagedFiles]
    private let index: SalvageIndex
    private let codec: any EntryCoding
    private(set) var pages: Int64 = 0
    /// Whose journals these were, where that could be read.
    private(set) var identities: Set<Origin> = []

    /// Reads all files. `progress`: page images done, and how many there are.
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

    /// In the order in which the journal came to know them.
    func origins() throws -> [Origin] { try index.originsByAge() }

    /// The next entries of an origin after a seq, in order, perhaps with gaps; empty when there are no more. One
    /// without bytes comes with the chain value that has to prove it.
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

    /// In numbers, for people. `node`: whose journal it is to be.
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
