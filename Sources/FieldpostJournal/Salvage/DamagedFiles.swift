import FieldpostCore

/// A database and its write-ahead log, either of which may be damaged or gone, read page by page without SQLite.
/// Takes no more memory than a page, and a word for each page that the log holds.
final class DamagedFiles {
    let path: String
    private let database: StoredFile?
    private let log: WriteAheadLog?
    /// The last committed version of each page that the log holds, as the index of its frame.
    private var latest: [UInt32: Int64] = [:]

    /// Where an image of a page lies. There may be several of one page.
    struct Image: Hashable {
        let isInLog: Bool
        let offset: Int64
    }

    init(database path: String) {
        self.path = path
        database = StoredFile(path: path)
        log = StoredFile(path: path + "-wal").map { WriteAheadLog(file: $0) }
        findLatest()
    }

    /// Whether there is anything to read.
    var exist: Bool { database != nil || log != nil }

    /// Page images to read in all.
    var imageCount: Int64 { databasePages + (log?.frameCount ?? 0) }

    private var databasePages: Int64 { (database?.size ?? 0) / Int64(DatabaseHeader.pageBytes) }

    /// Frames behind the last commit, and those with the salts of an earlier log, were not part of the database.
    private func findLatest() {
        guard let log else { return }
        var open: [UInt32: Int64] = [:]
        for index in 0..<min(log.frameCount, Limits.salvagedLogFrames) {
            guard let frame = log.frame(index), frame.salts == log.header?.salts ?? frame.salts else { continue }
            open[frame.page] = index
            if frame.commit > 0 {
                latest.merge(open) { $1 }
                open = [:]
            }
        }
    }

    /// Calls `body` with the images of the database as it was last, then with older ones: of these a record counts only
    /// where no newer one is left. `isCurrent`: of the first kind.
    func forEachImage(_ body: (_ page: [UInt8], _ image: Image, _ isCurrent: Bool) throws -> Void) rethrows {
        for isCurrent in [true, false] {
            for number in 0..<databasePages
            where (UInt32(exactly: number + 1).flatMap { latest[$0] } == nil) == isCurrent {
                let image = Image(isInLog: false, offset: number * Int64(DatabaseHeader.pageBytes))
                if let page = page(image) { try body(page, image, isCurrent) }
            }
            guard let log else { continue }
            for index in 0..<log.frameCount {
                guard let frame = log.frame(index), (latest[frame.page] == index) == isCurrent else { continue }
                let image = Image(isInLog: true, offset: WriteAheadLog.pageOffset(of: index))
                if let page = page(image) { try body(page, image, isCurrent) }
            }
        }
    }

    /// Nil where the disk cannot read it.
    func page(_ image: Image) -> [UInt8]? {
        (image.isInLog ? log?.file : database)?.bytes(at: image.offset, count: DatabaseHeader.pageBytes)
    }

    /// The record of a cell, with what lies in overflow pages: their last version, or as the database alone has them.
    /// Nil where one of them is out of reach.
    func record(of cell: EntryCell, in page: [UInt8], useLog: Bool) -> [UInt8]? {
        var record = Array(page[cell.offset..<cell.offset + cell.localBytes])
        guard cell.hasOverflow else { return record }
        record.reserveCapacity(cell.recordBytes)
        var next = page.bigEndian32(at: cell.overflowPointer)
        // Each page brings its bytes nearer to the end, so a circle of them ends too.
        while record.count < cell.recordBytes {
            guard next > 0, let overflow = self.page(number: next, useLog: useLog) else { return nil }
            record += overflow[4..<min(4 + cell.recordBytes - record.count, overflow.count)]
            next = overflow.bigEndian32(at: 0)
        }
        return record
    }

    private func page(number: UInt32, useLog: Bool) -> [UInt8]? {
        if useLog, let index = latest[number] {
            return page(Image(isInLog: true, offset: WriteAheadLog.pageOffset(of: index)))
        }
        return page(Image(isInLog: false, offset: (Int64(number) - 1) * Int64(DatabaseHeader.pageBytes)))
    }
}
