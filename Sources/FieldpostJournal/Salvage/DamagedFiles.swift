import FieldpostCore

/// Reads a database and its write-ahead log page by page, without SQLite. Either file may be damaged or missing. Needs
/// only the memory of one page, and one number for each page in the log.
final class DamagedFiles {
    let path: String
    private let database: StoredFile?
    private let log: WriteAheadLog?
    /// For each page that the log holds: the index of the frame with its last committed version.
    private var latest: [UInt32: Int64] = [:]

    /// The position of an image of a page. A page may have several images.
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

    /// The number of page images to read.
    var imageCount: Int64 { databasePages + (log?.frameCount ?? 0) }

    private var databasePages: Int64 { (database?.size ?? 0) / Int64(DatabaseHeader.pageBytes) }

    /// Frames after the last commit, and frames with the salts of an earlier log, did not belong to the database.
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

    /// Calls `body` with the images of the database in its last state (`isCurrent`), then with older ones. A record in
    /// an older image counts only if no newer one is left.
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

    /// Returns nil if the disk cannot read the page.
    func page(_ image: Image) -> [UInt8]? {
        (image.isInLog ? log?.file : database)?.bytes(at: image.offset, count: DatabaseHeader.pageBytes)
    }

    /// The record of a cell, with its overflow pages: their last version, or the version in the database file. Nil if
    /// one of them cannot be read.
    func record(of cell: EntryCell, in page: [UInt8], useLog: Bool) -> [UInt8]? {
        var record = Array(page[cell.offset..<cell.offset + cell.localBytes])
        guard cell.hasOverflow else { return record }
        record.reserveCapacity(cell.recordBytes)
        var next = page.bigEndian32(at: cell.overflowPointer)
        // Each page adds bytes, so this ends even if the pages form a circle.
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
