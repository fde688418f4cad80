package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

/// Repairs a damaged journal: builds a new one from what can still be read.
extension Journal {
    /// Checks whether this node's journal in a directory needs a repair. Reads the files, the header, the tables, every
    /// page, and everything else that opening reads. So a journal that passes here can be opened. Returns the
    /// complaints that a second check did not confirm. Returns nil if the directory never held a journal. Changes
    /// nothing.
    ///
    /// Throws `.damaged`, `.foreign`, `.locked`, `.failed`.
    package static func inspect(
        directory: String, node: NodeID, codec: any EntryCoding
    ) throws(JournalError) -> [String]? {
        let files = JournalFiles(directory: directory)
        let lock = try ProcessLock(path: files.lock)
        defer { lock.release(isClean: !lock.wasLeftHeld) }
        guard try FileCheck(files: files).holdsJournal() else { return nil }
        do {
            return try ContentCheck.check(
                files.database, node: node, readsAllPages: true, isThorough: true, codec: codec)
        } catch {
            throw JournalError(error, path: files.database)
        }
    }

    /// Reports what a repair would find. Changes nothing.
    ///
    /// Throws `.foreign` if the files belong to another node, `.locked`, `.failed`.
    package static func examine(
        directory: String, node: NodeID, codec: any EntryCoding, progress: (RepairProgress) -> Void = { _ in }
    ) throws(JournalError) -> SalvageFindings {
        let files = JournalFiles(directory: directory)
        let lock = try ProcessLock(path: files.lock)
        defer { lock.release(isClean: !lock.wasLeftHeld) }
        do {
            return try salvage(files, node: node, codec: codec, progress: progress).findings(of: node)
        } catch {
            throw JournalError(error, path: files.database)
        }
    }

    /// Builds a new journal from what can be read of the present one, under a new incarnation of the node, and puts it
    /// in the place of the present one. The damaged files stay beside it under new names.
    ///
    /// The entries of each origin up to the first gap keep their places. Entries of other nodes after a gap keep them
    /// too, without a chain, until their node sends the missing ones. No node would ever ask for this node's entries
    /// after a gap. So they become entries of the new incarnation, under the same ids.
    ///
    /// If a repair is interrupted at any moment, it can be run again: the old files are in their places until the last
    /// step, and then under their new names. Throws `.foreign` if the files belong to another node, `.locked`, `.full`,
    /// `.failed`.
    package static func rebuild(
        directory: String, node: NodeID, codec: any EntryCoding, stamp: Stamp = .unknown,
        progress: (RepairProgress) -> Void = { _ in }
    ) throws(JournalError) -> Rebuilt {
        let files = JournalFiles(directory: directory)
        let lock = try ProcessLock(path: files.lock)
        defer { lock.release(isClean: !lock.wasLeftHeld) }
        let origin = Origin(node: node, incarnation: .random())
        do {
            let salvage = try salvage(files, node: node, codec: codec, progress: progress)
            let findings = try salvage.findings(of: node)
            var outcome: (kept: Int, moved: Int, reports: ReportsDigest)?
            files.removeDraft()
            let incarnations = salvage.identities.filter { $0.node == node || $0.node.isAlmost(node) }
            let last = incarnations.count == 1 ? incarnations.first?.incarnation : nil
            try JournalDraft.make(at: files.draft, as: origin, after: last) { db in
                let memory = WriterMemory(
                    identity: JournalIdentity(origin: origin, predecessor: last), role: .gateway, codec: codec,
                    origins: Origins(), lease: nil, gateways: GatewayDirectory(), newIncarnation: { .random() },
                    reportIndex: ReportIndex())
                var rebuild = Rebuild(db: db, memory: memory, salvage: salvage, moves: try MoveIndex())
                try rebuild.run { progress(RepairProgress(phase: .writing, done: $0, total: Int64(findings.entries))) }
                try rebuild.record(findings, stamp: stamp)
                // The draft does not know its role, so it finds no calendar that central set. The first start does.
                try db.execute(sql: "UPDATE identity SET cases_version = 0, cases_made = 0")
                outcome = (rebuild.kept, rebuild.moved, try ReportsDigest(db, scope: nil, codec: codec))
            }
            guard let outcome else { throw JournalError.failed("the new journal was not written") }
            let moment = Date.now.formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
            let setAside = try files.setDamagedAside(moment: moment)
            try files.installDraft()
            return Rebuilt(
                findings: findings, origin: origin, kept: outcome.kept, moved: outcome.moved, reports: outcome.reports,
                setAside: setAside.isEmpty ? salvage.sources.map(\.path) : setAside)
        } catch {
            throw JournalError(error, path: files.database)
        }
    }

    /// If a repair was interrupted between its last steps, the files exist only under their new names.
    private static func salvage(
        _ files: JournalFiles, node: NodeID, codec: any EntryCoding, progress: (RepairProgress) -> Void
    ) throws -> Salvage {
        let present = JournalFiles.size(files.database) != nil
        let salvage = try Salvage(
            databases: present ? [files.database] : files.setAside + [files.database], codec: codec
        ) { progress(RepairProgress(phase: .reading, done: $0, total: $1)) }
        let others = salvage.identities.filter { $0.node != node && !$0.node.isAlmost(node) }
        if let other = others.first, others.count == salvage.identities.count {
            throw ContentCheck.foreign(files.database, of: other.node, node: node)
        }
        return salvage
    }
}

/// Writes the salvaged entries into a new journal.
struct Rebuild {
    let db: Database
    var memory: WriterMemory
    let salvage: Salvage
    let moves: MoveIndex
    private(set) var kept = 0
    private(set) var moved = 0

    /// `progress` gets the number of entries written.
    mutating func run(progress: (Int64) -> Void) throws {
        let origins = try salvage.origins()
        var heads: [Origin: UInt64] = [:]
        for origin in origins { heads[origin] = try keepRun(of: origin, progress: progress) }
        // This runs after all runs are kept, so that an entry that an earlier move put into one of them is not moved
        // again.
        for origin in origins { try take(beyond: heads[origin] ?? 0, of: origin, progress: progress) }
    }

    /// Records the repair in the journal itself.
    mutating func record(_ findings: SalvageFindings, stamp: Stamp) throws {
        let account =
            "The journal was damaged and rebuilt: \(kept) entries were kept, \(moved) of this node were moved to a "
            + "new incarnation. What other nodes hold comes back from them."
        try write { context in try context.record(account, stamp: stamp) }
    }

    /// Keeps the entries from the first one to the first gap, or to an entry without bytes that the chain does not
    /// prove. Returns the last seq.
    private mutating func keepRun(of origin: Origin, progress: (Int64) -> Void) throws -> UInt64 {
        var (seq, chain) = (UInt64(0), Chain.start(of: origin))
        while true {
            let found = try salvage.entries(of: origin, after: seq)
            var link = chain
            let run = zip(found, (seq + 1)...).prefix { found, next in
                link = Chain.link(link, found.entry.hash)
                return found.entry.dot.seq == next && found.chain ?? link == link
            }.map(\.0.entry)
            guard !run.isEmpty else { return seq }
            let ingested = try write { context in try context.ingest(run, of: origin, after: chain) }
            (seq, chain) = (ingested.durable.head.seq, ingested.durable.head.chain)
            kept += run.count
            progress(Int64(kept + moved))
            guard run.count == found.count else { return seq }
        }
    }

    private mutating func take(beyond head: UInt64, of origin: Origin, progress: (Int64) -> Void) throws {
        var seq = head
        while case let found = try salvage.entries(of: origin, after: seq).map(\.entry), let last = found.last {
            // Without the entries before it, nothing proves an entry that has no bytes.
            let found = found.filter { !$0.isWithheld }
            let isOwn = origin.node == memory.own.node
            let moves = moves
            let (kept, moved) = try write { context in
                guard isOwn else { return (try context.gather(found, from: nil), 0) }
                var counts = (kept: 0, moved: 0)
                for entry in found {
                    if try context.move(entry, noting: moves) {
                        counts.moved += 1
                    } else {
                        counts.kept += try context.gather([entry], from: nil)
                    }
                }
                return counts
            }
            self.kept += kept
            self.moved += moved
            seq = last.dot.seq
            progress(Int64(self.kept + self.moved))
        }
    }

    private mutating func write<Value>(_ body: (inout WriteContext) throws -> Value) throws -> Value {
        var context = WriteContext(db: db, memory: memory)
        var value: Value?
        try db.inTransaction(.immediate) {
            value = try body(&context)
            try context.saveHeads()
            return .commit
        }
        memory = context.memory
        memory.settle()
        guard let value else { throw JournalError.failed("a transaction of the repair did not run") }
        return value
    }
}
