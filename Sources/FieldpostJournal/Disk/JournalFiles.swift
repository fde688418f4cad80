import FieldpostCore
import Foundation
import Glibc

/// The files of a journal in its directory, by name, and the moves between those names.
struct JournalFiles: Sendable {
    let directory: String

    static let databaseName = "journal.sqlite"

    var database: String { directory + "/" + Self.databaseName }
    var log: String { database + "-wal" }
    var lock: String { directory + "/journal.lock" }
    /// How far seqs may be issued, kept outside the database: a sign that there was one.
    var lease: String { directory + "/journal.lease" }
    /// Where a journal is built before it gets its name: so no file of that name is ever half made.
    var draft: String { database + ".new" }

    private static let asideMark = databaseName + ".damaged-"
    private static let companions = ["-wal", "-shm", "-journal"]

    /// The databases that earlier repairs set aside.
    var setAside: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { name in
            name.hasPrefix(Self.asideMark) && !Self.companions.contains { name.hasSuffix($0) }
        }.sorted().map { directory + "/" + $0 }
    }

    /// Bytes of a file; nil when there is none.
    static func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// Takes away what an interrupted start or repair left of a draft. All in it stands elsewhere too.
    func removeDraft() {
        for suffix in [""] + Self.companions { unlink(draft + suffix) }
    }

    /// Gives a finished, synced draft its name. Throws `.failed`.
    func installDraft() throws(JournalError) {
        try sync(draft, givingAway: true)
        guard rename(draft, database) == 0 else { throw Self.failure(draft) }
        try sync(directory)
    }

    /// Sets the damaged files aside: first under a second name each, durably, and then without the first. So they can
    /// be found at every moment, and a log never lies beside a database that it does not belong to.
    ///
    /// Returns the new names. `moment`: UTC, as part of a file's name. Throws `.failed`.
    func setDamagedAside(moment: String) throws(JournalError) -> [String] {
        var aside = "\(directory)/\(Self.asideMark)\(moment)"
        var attempt = 1
        while Self.companions.contains(where: { Self.size(aside + $0) != nil }) || Self.size(aside) != nil {
            attempt += 1
            aside = "\(directory)/\(Self.asideMark)\(moment).\(attempt)"
        }
        var kept: [String] = []
        // The log first: a database set aside has its log beside it then.
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

    /// `givingAway`: to the user whose directory it is.
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
