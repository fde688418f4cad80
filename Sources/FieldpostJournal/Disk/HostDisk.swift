import FieldpostCore
package import FieldpostStore
import Glibc

/// A journal's directory on the host.
package struct HostDisk: JournalDisk {
    private let directory: String

    package init(directory: String) { self.directory = directory }

    package var databasePath: String { path(Self.databaseName) }

    package func prepare(_ make: (String) throws -> Void) throws -> Preparation {
        let files = JournalFiles(directory: directory)
        let isHeld = try FileCheck(files: files).holdsJournal()
        // An interrupted start or repair may have left a draft. Everything in it also exists elsewhere.
        files.removeDraft()
        guard !isHeld else { return .held(bytes: Int(clamping: JournalFiles.size(files.database) ?? 0)) }
        try make(files.draft)
        try files.installDraft()
        return .made
    }

    package func holds(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

    package func lock() throws(JournalError) -> any JournalLock { try ProcessLock(path: path("journal.lock")) }

    package func readLease() throws(JournalError) -> [UInt8]? {
        let file = open(path(Self.leaseName), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(Self.leaseName)
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Lease.fileBytes)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count >= 0 else { throw failure(Self.leaseName) }
        return Array(bytes.prefix(count))
    }

    package func writeLease(_ bytes: [UInt8], at offset: Int, durably: Bool) throws(JournalError) {
        let isNew = !holds(Self.leaseName)
        let file = open(path(Self.leaseName), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(Self.leaseName) }
        defer { close(file) }
        if isNew, !DirectoryOwner.give(file, of: directory) { throw failure(Self.leaseName) }
        guard pwrite(file, bytes, bytes.count, off_t(offset)) == bytes.count else { throw failure(Self.leaseName) }
        guard durably else { return }
        guard fsync(file) == 0 else { throw failure(Self.leaseName) }
        if isNew { try syncDirectory() }
    }

    package var freeBytes: Int? {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return nil }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    package func keepReserve(bytes: Int) throws(JournalError) {
        // If a crash left a reserve that is too short, it is extended.
        guard JournalFiles.size(path(Self.reserveName)) ?? 0 < bytes else { return }
        let file = open(path(Self.reserveName), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(Self.reserveName) }
        defer { close(file) }
        guard DirectoryOwner.give(file, of: directory) else { throw failure(Self.reserveName) }
        let code = posix_fallocate(file, 0, off_t(bytes))
        guard code == 0 else {
            unlink(path(Self.reserveName))
            throw code == ENOSPC ? .full : .failed("\(path(Self.reserveName)): \(String(cString: strerror(code)))")
        }
    }

    package func releaseReserve() -> Bool { unlink(path(Self.reserveName)) == 0 }

    private static let reserveName = "journal.reserve"

    private func path(_ name: String) -> String { directory + "/" + name }

    private func syncDirectory() throws(JournalError) {
        let file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw failure("") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("") }
    }

    private func failure(_ name: String) -> JournalError {
        errno == ENOSPC || errno == EDQUOT ? .full : .failed("\(path(name)): \(String(cString: strerror(errno)))")
    }
}
