import FieldpostCore
import FieldpostStore
import Foundation
import Glibc

/// The files of a journal in its directory, and how they are renamed.
struct JournalFiles: Sendable {
    let directory: String

    static let databaseName = "journal.sqlite"

    var database: String { directory + "/" + Self.databaseName }
    var log: String { database + "-wal" }
    var lock: String { directory + "/journal.lock" }
    /// The lease limits which seqs may be issued. It is kept outside the database. It also shows that there was a
    /// journal.
    var lease: String { directory + "/journal.lease" }
    /// A journal is built here before it gets its real name. So a file with the real name is never incomplete.
    var draft: String { database + ".new" }

    private static let asideMark = databaseName + ".damaged-"
    private static let companions = ["-wal", "-shm", "-journal"]

    /// The damaged databases that earlier repairs moved aside.
    var setAside: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { name in
            name.hasPrefix(Self.asideMark) && !Self.companions.contains { name.hasSuffix($0) }
        }.sorted().map { directory + "/" + $0 }
    }

    /// The size of a file in bytes. Nil if it does not exist.
    static func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// Deletes what an interrupted start or repair left of a draft. Everything in it also exists elsewhere.
    func removeDraft() {
        for suffix in [""] + Self.companions { unlink(draft + suffix) }
    }

    /// Gives a finished draft its real name, after a sync. Throws `.failed`.
    func installDraft() throws(JournalError) {
        try sync(draft, givingAway: true)
        guard rename(draft, database) == 0 else { throw Self.failure(draft) }
        try sync(directory)
    }

    /// Moves the damaged files aside. First each file gets a second name, durably. Then the first names are removed. So
    /// the files can be found at every moment, and a log never stands beside a database that it does not belong to.
    ///
    /// Returns the new names. `moment`: the time in UTC, as part of the new names. Throws `.failed`.
    func setDamagedAside(moment: String) throws(JournalError) -> [String] {
        var aside = "\(directory)/\(Self.asideMark)\(moment)"
        var attempt = 1
        while Self.companions.contains(where: { Self.size(aside + $0) != nil }) || Self.size(aside) != nil {
            attempt += 1
            aside = "\(directory)/\(Self.asideMark)\(moment).\(attempt)"
        }
        var kept: [String] = []
        // The log first, so that a database moved aside always has its log beside it.
        for suffix in Self.companions.reversed() + [""] where Self.size(database + suffix) != nil {
            guard link(database + suffix, aside + suffix) == 0 else { throw Self.failure(aside + suffix) }
            kept.append(aside + suffix)
        }
        try sync(directory)
        for suffix in [""] + Self.companions {
            guard unlink(database + suffix) == 0 || errno == ENOENT else { throw Self.failure(database + suffix) }
            if suffix.isEmpty { try sync(directory) }
        }
        try sync(directory)
        return kept.sorted()
    }

    /// `givingAway`: makes the owner of the directory the owner of the file.
    private func sync(_ path: String, givingAway: Bool = false) throws(JournalError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { Glibc.close(descriptor) }
        if givingAway, !DirectoryOwner.give(descriptor, of: directory) { throw Self.failure(path) }
        guard fsync(descriptor) == 0 else { throw Self.failure(path) }
    }

    private static func failure(_ path: String) -> JournalError {
        errno == ENOSPC ? .full : .failed("\(path): \(String(cString: strerror(errno)))")
    }
}
