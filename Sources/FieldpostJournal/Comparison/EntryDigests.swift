import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

extension Schema {
    /// Digests of whole blocks of entries that are all sound (`RangeDigest`). Whatever changes an entry deletes the
    /// digest of its block.
    static let entryDigests = """
        CREATE TABLE entry_digests (
            place INTEGER PRIMARY KEY,      -- of the first seq of the block
            digest BLOB NOT NULL
        );
        ALTER TABLE identity ADD COLUMN entry_changes INTEGER NOT NULL DEFAULT 0;   -- how often entries were changed
        CREATE TRIGGER entry_digests_update AFTER UPDATE OF place, hash, quarantine ON entries BEGIN
            DELETE FROM entry_digests WHERE place IN (old.place & ~31, new.place & ~31);
            UPDATE identity SET entry_changes = entry_changes + 1;
        END;
        CREATE TRIGGER entry_digests_delete AFTER DELETE ON entries BEGIN
            DELETE FROM entry_digests WHERE place = old.place & ~31;
            UPDATE identity SET entry_changes = entry_changes + 1;
        END;
        """
}

/// Computes digests of entries from the rows of the table, and of whole blocks from what was computed before.
struct EntryDigests {
    let db: Database
    /// Nil: this node holds nothing of the origin.
    let origin: Int64?
    let role: Role
    /// Digests of blocks that were computed now and may be kept.
    private(set) var computed: BlockDigests

    init(_ db: Database, of origin: Int64?, at role: Role) throws {
        self.db = db
        self.origin = origin
        self.role = role
        computed = BlockDigests(changes: try db.entryChanges())
    }

    /// One digest for each part: see `RangeDigest`. Of a single seq, it is the entry's hash.
    mutating func digest(of part: ClosedRange<UInt64>, size: UInt64) throws -> UInt64 {
        if size == 1 { return try hashes(of: part).first?.firstWord ?? Compared.absent(at: role) }
        if size <= RangeDigest.blockSeqs { return try block(part).firstWord }
        var digest = RangeDigest()
        let kept = try kept(in: part)
        for first in stride(from: part.lowerBound, through: part.upperBound, by: Int(RangeDigest.blockSeqs)) {
            let last = min(first + RangeDigest.blockSeqs - 1, part.upperBound)
            digest.add(try kept[first] ?? block(first...last))
        }
        return digest.finish().firstWord
    }

    /// A block, or a part of one.
    private mutating func block(_ seqs: ClosedRange<UInt64>) throws -> Hash256 {
        let isWhole = seqs.lowerBound.isMultiple(of: RangeDigest.blockSeqs)
            && seqs.upperBound - seqs.lowerBound + 1 == RangeDigest.blockSeqs
        if isWhole, let kept = try kept(in: seqs)[seqs.lowerBound] { return kept }
        var digest = RangeDigest()
        let hashes = try hashes(of: seqs)
        for hash in hashes { digest.add(hash) }
        let result = digest.finish()
        if isWhole, let origin, !hashes.contains(RangeDigest.absent(at: role)) {
            computed.digests[Place(origin: origin, seq: seqs.lowerBound).rowID] = result
        }
        return result
    }

    /// The digests of blocks that were kept, by their first seq.
    private func kept(in seqs: ClosedRange<UInt64>) throws -> [UInt64: Hash256] {
        guard let origin else { return [:] }
        let select = try db.raw("SELECT place, digest FROM entry_digests WHERE place >= ? AND place <= ?")
        defer { select.reset() }
        select.bind(Place(origin: origin, seq: seqs.lowerBound).rowID, at: 1)
        select.bind(Place(origin: origin, seq: seqs.upperBound).rowID, at: 2)
        var kept: [UInt64: Hash256] = [:]
        while try select.step() {
            guard let place = select.integer(at: 0) else { continue }
            kept[Place(rowID: place).seq] = select.withBytes(at: 1) { Hash256(raw: $0) }
        }
        return kept
    }

    /// The hash of each entry, and `absent` where this node holds none, or its bytes are known to be corrupt, or never
    /// came. A pruned entry counts as held. No entry has seq 0: it is left out.
    private func hashes(of seqs: ClosedRange<UInt64>) throws -> [Hash256] {
        let absent = RangeDigest.absent(at: role)
        let first = max(seqs.lowerBound, 1)
        guard first <= seqs.upperBound else { return [] }
        var hashes = [Hash256](repeating: absent, count: Int(seqs.upperBound - first + 1))
        guard let origin else { return hashes }
        let select = try db.raw(
            """
            SELECT place, hash, quarantine IN ('\(Quarantine.corrupt)', '\(Quarantine.withheld)') FROM entries
            WHERE place >= ? AND place <= ?
            """)
        defer { select.reset() }
        select.bind(Place(origin: origin, seq: first).rowID, at: 1)
        select.bind(Place(origin: origin, seq: seqs.upperBound).rowID, at: 2)
        while try select.step() {
            guard let place = select.integer(at: 0), select.integer(at: 2) != 1,
                let hash = select.withBytes(at: 1, { Hash256(raw: $0) })
            else { continue }
            hashes[Int(Place(rowID: place).seq - first)] = hash
        }
        return hashes
    }
}

/// Digests of whole blocks, by the place of their first seq.
struct BlockDigests: Sendable {
    /// How often entries had been changed when they were read.
    let changes: Int64
    var digests: [Int64: Hash256] = [:]
}

extension Database {
    fileprivate func entryChanges() throws -> Int64 {
        try Int64.fetchOne(self, sql: "SELECT entry_changes FROM identity") ?? 0
    }
}

extension WriteContext {
    /// Keeps digests, unless entries were changed since they were read. Then the next comparison computes them again.
    func keep(_ blocks: BlockDigests) throws {
        guard try db.entryChanges() == blocks.changes else { return }
        let insert = try db.raw("INSERT OR REPLACE INTO entry_digests (place, digest) VALUES (?, ?)")
        for (place, digest) in blocks.digests {
            insert.bind(place, at: 1)
            insert.bind(digest, at: 2)
            try insert.run()
        }
    }
}
