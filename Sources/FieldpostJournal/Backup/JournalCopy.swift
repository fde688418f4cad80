package import FieldpostCore
import FieldpostStore
import Foundation
import GRDB
import Glibc

/// Copies the journal of a node, whether the node runs or not.
package enum JournalCopy {
    /// Copies one state of a journal into a new file, in which no secret is left: no password, no token, no login. The
    /// entries that tell of one are returned, and the file has only their hashes. Nothing is synced.
    ///
    /// Reads with a connection that neither writes nor makes a checkpoint, so the node goes on meanwhile. Its log only
    /// cannot start again before the copy is done. `progress` gets pages: those copied, and all.
    package static func make(
        of directory: String, at path: String, codec: any EntryCoding,
        progress: @escaping (_ done: Int, _ total: Int) -> Void
    ) throws(CopyError) -> (state: CopiedState, secrets: [CopiedSecret]) {
        let files = JournalFiles(directory: directory)
        guard JournalFiles.size(files.database) ?? 0 > 0 else { throw .noJournal(directory: directory) }
        let disk = HostDisk(directory: directory)
        do {
            let source = try DatabaseQueue(path: files.database, configuration: reading)
            let copy = try DatabaseQueue(path: path, configuration: writing)
            let state = try source.read { db in
                guard try !Schema.migrator.hasBeenSuperseded(db) else {
                    throw CopyError.failed("a newer version of Fieldpost wrote it; use that version")
                }
                guard try Schema.migrator.hasCompletedMigrations(db) else {
                    throw CopyError.failed(
                        "an older version of Fieldpost wrote it; use that version, or start the node with this one")
                }
                // The first read fixes the state that is copied.
                let state = try CopiedState(db, codec: codec)
                try copy.writeWithoutTransaction { copy in
                    try db.backup(to: copy, pagesPerStep: CInt(Limits.copiedPages)) { step in
                        let log = Int(clamping: JournalFiles.size(files.log) ?? 0)
                        guard step.isCompleted || log <= Limits.copiedLogBytes else {
                            throw CopyError.grows(logBytes: log)
                        }
                        if let free = disk.freeBytes, free < Limits.ordinaryFreeBytes, !step.isCompleted {
                            throw CopyError.nodeDiskFull(freeBytes: free)
                        }
                        progress(step.completedPageCount, step.totalPageCount)
                    }
                }
                return state
            }
            try source.close()
            // Without a log beside it, a copy is one file.
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = MEMORY") }
            let secrets = try copy.write { db in try takeSecrets(db, codec: codec) }
            try copy.close()
            if try mentionsPasswords(path) {
                let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
                let needed = Int(clamping: JournalFiles.size(path) ?? 0) + Limits.photosFreeBytes
                guard HostDisk(directory: folder).freeBytes ?? .max >= needed else { throw CopyError.full }
                try rewrite(path)
            }
            return (state, secrets)
        } catch {
            throw CopyError(error)
        }
    }

    /// Reads a copy as a whole: the structure of the file, each entry against its hash and its chain, and the digest of
    /// all reports. Returns its state, and the number of its entries, those that are corrupt, and those of which only
    /// the hash is there. Changes nothing.
    package static func check(
        _ path: String, codec: any EntryCoding, progress: (_ entries: Int) -> Void
    ) throws(CopyError) -> (state: CopiedState, counts: CopyCounts) {
        do {
            let queue = try DatabaseQueue(path: path, configuration: reading)
            let found = try queue.read { db in
                let findings = try StructureCheck.findings(db, at: path, comparesIndexes: true)
                if let reason = (findings.damage + findings.indexes).first { throw CopyError.damaged(reason) }
                let check = RowCheck(db, codec: codec, reportIndex: try ReportIndex(db, sizes: ReportIndex.Sizes()))
                var (counts, after) = (CopyCounts(), Int64(0))
                while true {
                    let step = try check.entries(after: after, bytes: Limits.checkedCopyBytes)
                    counts.entries += step.entries
                    counts.corrupt += step.corrupt.count + step.unproved.count + step.proved.count + step.chains.count
                    progress(counts.entries)
                    guard !step.isLast else { break }
                    after = step.last
                }
                counts.corrupt += try count(db, Quarantine.corrupt)
                counts.withheld = try count(db, Quarantine.withheld)
                return (try CopiedState(db, codec: codec), counts)
            }
            try queue.close()
            return found
        } catch {
            throw CopyError(error)
        }
    }

    private static func count(_ db: Database, _ reason: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM entries WHERE quarantine = ?", arguments: [reason]) ?? 0
    }

    /// Takes the entries that tell of a password or a token out of a copy. Their hashes stay, so that the chain stays
    /// whole. The names of accounts stay too, and the depth of what was said of them, so that nothing older wins later.
    /// What central or a person must give again anyway is deleted: open tokens, and a gateway's list of people.
    private static func takeSecrets(_ db: Database, codec: any EntryCoding) throws -> [CopiedSecret] {
        var secrets: [CopiedSecret] = []
        var bytes = 0
        let origins = Dictionary(uniqueKeysWithValues: try db.originRows().map { ($0.number, $0.origin) })
        let rows = try Row.fetchCursor(
            db, sql: "SELECT place, hash, bytes FROM entries WHERE report IS NULL AND quarantine IS NULL")
        while let row = try rows.next() {
            let stored = EntryRow(row)
            guard stored.isSound,
                let entry = try stored.open(codec: codec, origin: { origins[$0] }).entry, entry.kind == .auditEvent,
                case .access? = AuditEvent(fields: entry.change.fields)
            else { continue }
            bytes += stored.bytes.count
            guard bytes <= Limits.sealedKeysBytes / 2 else {
                throw CopyError.failed("its accounts take more than \(Limits.sealedKeysBytes / 2) bytes")
            }
            secrets.append(CopiedSecret(place: stored.place.rowID, bytes: stored.bytes))
        }
        for secret in secrets {
            try db.execute(
                sql: "UPDATE entries SET bytes = x'', quarantine = ? WHERE place = ?",
                arguments: [Quarantine.withheld, secret.place])
        }
        try db.execute(
            sql: """
                UPDATE accesses SET verifier = '';
                DELETE FROM people;
                DELETE FROM people_list;
                DELETE FROM tokens WHERE gateway IS NULL;
                """)
        return secrets
    }

    /// Whether the hash of a password is left anywhere in the file, such as between the rows of a page.
    private static func mentionsPasswords(_ path: String) throws -> Bool {
        let mark = Array("$scrypt$".utf8)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw CopyError.failed("\(path): \(String(cString: strerror(errno)))") }
        defer { Glibc.close(file) }
        var buffer = [UInt8](repeating: 0, count: Limits.checkedCopyBytes)
        var held = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                Glibc.read(file, bytes.baseAddress.map { $0 + held }, bytes.count - held)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CopyError.failed("\(path): \(String(cString: strerror(errno)))") }
            guard count > 0 else { return false }
            held += count
            if find(mark, in: buffer[..<held]) { return true }
            // A mark may begin in one piece and end in the next.
            let rest = min(held, mark.count - 1)
            for index in 0..<rest { buffer[index] = buffer[held - rest + index] }
            held = rest
        }
    }

    private static func find(_ mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            var offset = 0
            while offset + mark.count <= bytes.count,
                let found = memchr(start + offset, CInt(mark[0]), bytes.count - offset - mark.count + 1)
            {
                if memcmp(found, mark, mark.count) == 0 { return true }
                offset = UnsafeRawPointer(found) - start + 1
            }
            return false
        }
    }

    /// Writes the copy again, so that it has its rows and nothing else.
    private static func rewrite(_ path: String) throws {
        let queue = try DatabaseQueue(path: path, configuration: writing)
        let next = path + ".new"
        try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [next]) }
        try queue.close()
        guard rename(next, path) == 0 else { throw CopyError.failed("\(path): \(String(cString: strerror(errno)))") }
    }

    static var reading: Configuration {
        var configuration = Configuration()
        configuration.label = "fieldpost.copy"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        return configuration
    }

    /// Nothing uses a copy before the whole file is synced. What is deleted is overwritten with zeros.
    static var writing: Configuration {
        var configuration = Configuration()
        configuration.label = "fieldpost.copy"
        configuration.prepareDatabase { db in
            try db.execute(
                sql: "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = ON")
        }
        return configuration
    }
}

/// What was counted in a copy.
package struct CopyCounts: Hashable, Sendable {
    package var entries = 0
    /// Entries that do not match their hash, or are not where they should be. The node itself has them like that.
    package var corrupt = 0
    /// Entries of which only the hash is there.
    package var withheld = 0
}
