import FieldpostCore
import FieldpostStore

/// What can be said about a journal's files before SQLite opens them. SQLite would take an empty file for a new
/// database, and would ignore a log that it cannot read.
struct FileCheck {
    let files: JournalFiles

    /// Whether there is a journal. Throws `.damaged` if there was one and it is missing, or if headers and sizes show
    /// that it is incomplete. Changes nothing.
    func holdsJournal() throws(JournalError) -> Bool {
        guard JournalFiles.size(files.database) != nil else {
            if let trace = traceOfJournal { throw damaged("it is missing, but \(trace) exists") }
            return false
        }
        guard let file = StoredFile(path: files.database) else { throw .failed("\(files.database) cannot be opened") }
        guard file.size > 0 else { throw damaged("it is empty") }
        let header: DatabaseHeader
        do throws(DatabaseHeader.Defect) {
            header = try DatabaseHeader(file.bytes(at: 0, count: DatabaseHeader.byteCount) ?? [])
        } catch {
            throw damaged(error.reason)
        }
        try checkLength(of: file, header)
        return true
    }

    /// A file that exists only if there was a journal.
    private var traceOfJournal: String? {
        ([files.log, files.lease] + files.setAside).first { JournalFiles.size($0) != nil }
    }

    /// Every page must be in the file or in the log.
    private func checkLength(of file: StoredFile, _ header: DatabaseHeader) throws(JournalError) {
        let log = try logContents()
        let pageCount = log.pageCount > 0 ? log.pageCount : header.pageCount
        let filePages = file.size / Int64(DatabaseHeader.pageBytes)
        guard Int64(pageCount) > filePages else { return }
        let missing = Int64(pageCount) - filePages
        guard missing <= Int64(log.pages.count), (UInt32(filePages) + 1...pageCount).allSatisfy(log.pages.contains)
        else {
            throw damaged("it is cut short: it has \(filePages) of \(pageCount) pages")
        }
    }

    private func logContents() throws(JournalError) -> WriteAheadLog.Contents {
        guard let file = StoredFile(path: files.log), file.size > 0 else { return WriteAheadLog.Contents() }
        let log = WriteAheadLog(file: file)
        guard log.header != nil || log.frameCount == 0 else {
            throw damaged("the header of its write-ahead log is damaged")
        }
        let contents = log.contents()
        guard contents.commitsBehindBreak <= 1 else {
            throw damaged("its write-ahead log is damaged before its end")
        }
        return contents
    }

    private func damaged(_ reason: String) -> JournalError { .damaged(path: files.database, reason: reason) }
}
