import GRDBSQLite

/// SQLite's structure for an open file: SQLite's own part first, then ours.
struct OpenFile {
    private var base: sqlite3_file
    /// Keeps the disk alive until the file is closed.
    private let disk: Unmanaged<FaultDisk>
    private let handle: Int

    static func make(
        at file: UnsafeMutablePointer<sqlite3_file>, methods: UnsafePointer<sqlite3_io_methods>, disk: FaultDisk,
        handle: Int
    ) {
        let base = sqlite3_file(pMethods: methods)
        UnsafeMutableRawPointer(file).initializeMemory(
            as: OpenFile.self, to: OpenFile(base: base, disk: .passRetained(disk), handle: handle))
    }

    /// Performs a call on an open file under its disk's lock. Throws `.stale` when the file's process is dead.
    private static func call(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ call: DiskCall,
        _ body: (inout DiskState, DiskFile, Int) throws(DiskError) -> CInt
    ) -> CInt {
        guard let file else { return SQLITE_MISUSE }
        let open = UnsafeMutableRawPointer(file).assumingMemoryBound(to: OpenFile.self).pointee
        do {
            return try open.disk.takeUnretainedValue().withState { state throws(DiskError) in
                try body(&state, state.file(open.handle), open.handle)
            }
        } catch {
            return SQLiteCode.failure(call, error)
        }
    }

    private static func close(_ file: UnsafeMutablePointer<sqlite3_file>?) -> CInt {
        guard let file else { return SQLITE_OK }
        let open = UnsafeMutableRawPointer(file).assumingMemoryBound(to: OpenFile.self).pointee
        let disk = open.disk.takeRetainedValue()
        disk.withState { $0.close(open.handle) }
        file.pointee.pMethods = nil
        return SQLITE_OK
    }

    static let methods = sqlite3_io_methods(
        iVersion: 2,
        xClose: { file in OpenFile.close(file) },
        xRead: { file, buffer, count, offset in
            let memory = CallerMemory(buffer, count: Int(count))
            return OpenFile.call(file, .read) { state, file, _ throws(DiskError) in
                let found = try state.read(file, into: memory, at: Int(offset))
                return found == Int(count) ? SQLITE_OK : SQLiteCode.shortRead
            }
        },
        xWrite: { file, buffer, count, offset in
            let memory = CallerMemory(buffer, count: Int(count))
            return OpenFile.call(file, .write) { state, file, _ throws(DiskError) in
                try state.write(file, memory, at: Int(offset))
                return SQLITE_OK
            }
        },
        xTruncate: { file, size in
            OpenFile.call(file, .truncate) { state, file, _ throws(DiskError) in
                try state.truncate(file, to: Int(size))
                return SQLITE_OK
            }
        },
        xSync: { file, _ in
            OpenFile.call(file, .sync) { state, file, _ throws(DiskError) in
                try state.sync(file)
                return SQLITE_OK
            }
        },
        xFileSize: { file, size in
            OpenFile.call(file, .size) { state, file, _ throws(DiskError) in
                try state.admit(.size, file.name)
                size?.pointee = Int64(file.seen.count)
                return SQLITE_OK
            }
        },
        xLock: { file, level in
            OpenFile.call(file, .lock) { state, file, handle throws(DiskError) in
                try state.admit(.lock, file.name)
                guard let level = FileLocks.Level(rawValue: level) else { return SQLITE_MISUSE }
                return file.locks.raise(handle, to: level) ? SQLITE_OK : SQLITE_BUSY
            }
        },
        xUnlock: { file, level in
            OpenFile.call(file, .lock) { _, file, handle throws(DiskError) in
                file.locks.lower(handle, to: level == SQLITE_LOCK_NONE ? .none : .shared)
                return SQLITE_OK
            }
        },
        xCheckReservedLock: { file, result in
            OpenFile.call(file, .lock) { _, file, _ throws(DiskError) in
                result?.pointee = file.locks.isReserved ? 1 : 0
                return SQLITE_OK
            }
        },
        xFileControl: { _, _, _ in SQLITE_NOTFOUND },
        xSectorSize: { _ in 4096 },
        // A write does not damage neighbouring bytes. SQLite assumes the same of real disks.
        xDeviceCharacteristics: { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE },
        xShmMap: { file, region, bytes, extend, result in
            OpenFile.call(file, .sharedMemory) { state, _, handle throws(DiskError) in
                let address = try state.map(handle, region: Int(region), bytes: Int(bytes), extend: extend != 0)
                result?.pointee = address.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
                return SQLITE_OK
            }
        },
        xShmLock: { file, first, count, flags in
            OpenFile.call(file, .sharedMemory) { state, file, handle throws(DiskError) in
                if flags & SQLITE_SHM_LOCK != 0 { try state.admit(.sharedMemory, file.name) }
                guard let memory = file.sharedMemory else { return SQLiteCode.sharedMemory }
                let isGranted = memory.change(handle, first: Int(first), count: Int(count), flags: flags)
                return isGranted ? SQLITE_OK : SQLITE_BUSY
            }
        },
        // Taking the disk's lock orders memory between threads, whether the process is dead or not.
        xShmBarrier: { file in _ = OpenFile.call(file, .sharedMemory) { _, _, _ in SQLITE_OK } },
        xShmUnmap: { file, _ in
            _ = OpenFile.call(file, .sharedMemory) { state, _, handle throws(DiskError) in
                state.unmap(handle)
                return SQLITE_OK
            }
            return SQLITE_OK
        },
        xFetch: nil,
        xUnfetch: nil)
}
