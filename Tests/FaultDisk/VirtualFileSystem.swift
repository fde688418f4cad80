import GRDBSQLite
import Glibc

/// Connects SQLite with the disks. It is the process's default file system. It passes every path that does not belong
/// to a disk on to the previous default.
enum VirtualFileSystem {
    /// True after SQLite has accepted it. The first use registers it.
    static let isRegistered = register()

    /// The previous default. It is set once, before the first file is opened, and then only read.
    private nonisolated(unsafe) static let previous = sqlite3_vfs_find(nil)

    /// The methods of all open files. Written once, before the first file is opened.
    private nonisolated(unsafe) static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
        let pointer = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        pointer.initialize(to: OpenFile.methods)
        return pointer
    }()

    private static func register() -> Bool {
        guard let previous else { return false }
        let system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        // Clock, sleep, randomness and loading of libraries are the system's: they do not use the argument.
        system.initialize(to: previous.pointee)
        system.pointee.pNext = nil
        system.pointee.zName = UnsafePointer(strdup("faultdisk"))
        system.pointee.szOsFile = max(previous.pointee.szOsFile, CInt(MemoryLayout<OpenFile>.size))
        system.pointee.xOpen = { _, path, file, flags, outFlags in
            VirtualFileSystem.open(path, file, flags, outFlags)
        }
        system.pointee.xDelete = { _, path, syncDirectory in
            guard let path = VirtualFileSystem.own(path) else {
                return VirtualFileSystem.previous?.pointee.xDelete(VirtualFileSystem.previous, path, syncDirectory)
                    ?? SQLITE_ERROR
            }
            return VirtualFileSystem.delete(path, syncDirectory: syncDirectory != 0)
        }
        system.pointee.xAccess = { _, path, flags, result in
            guard let path = VirtualFileSystem.own(path) else {
                return VirtualFileSystem.previous?.pointee.xAccess(VirtualFileSystem.previous, path, flags, result)
                    ?? SQLITE_ERROR
            }
            return VirtualFileSystem.access(path, flags, result)
        }
        system.pointee.xFullPathname = { _, path, room, result in
            guard let path, VirtualFileSystem.own(path) != nil else {
                return VirtualFileSystem.previous?.pointee.xFullPathname(
                    VirtualFileSystem.previous, path, room, result) ?? SQLITE_ERROR
            }
            guard let result, strlen(path) < Int(room) else { return SQLITE_CANTOPEN }
            strcpy(result, path)
            return SQLITE_OK
        }
        return sqlite3_vfs_register(system, 1) == SQLITE_OK
    }

    /// The path, if it belongs to a disk.
    private static func own(_ path: UnsafePointer<CChar>?) -> String? {
        guard let path, strncmp(path, DiskRegistry.prefix, DiskRegistry.prefix.utf8.count) == 0 else { return nil }
        return String(cString: path)
    }

    private static func open(
        _ path: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: CInt,
        _ outFlags: UnsafeMutablePointer<CInt>?
    ) -> CInt {
        guard let name = own(path) else {
            return previous?.pointee.xOpen(previous, path, file, flags, outFlags) ?? SQLITE_ERROR
        }
        file?.pointee.pMethods = nil
        guard let file, let (disk, name) = DiskRegistry.find(name) else { return SQLITE_CANTOPEN }
        do {
            let handle = try disk.withState { state throws(DiskError) in
                try state.open(
                    name, create: flags & SQLITE_OPEN_CREATE != 0, exclusive: flags & SQLITE_OPEN_EXCLUSIVE != 0,
                    temporary: flags & SQLITE_OPEN_DELETEONCLOSE != 0)
            }
            OpenFile.make(at: file, methods: methods, disk: disk, handle: handle)
        } catch {
            return SQLiteCode.failure(.open, error)
        }
        outFlags?.pointee = flags
        return SQLITE_OK
    }

    private static func delete(_ path: String, syncDirectory: Bool) -> CInt {
        guard let (disk, name) = DiskRegistry.find(path) else { return SQLiteCode.deleteMissing }
        do {
            let wasThere = try disk.withState { state throws(DiskError) in
                try state.delete(name, syncDirectory: syncDirectory)
            }
            return wasThere ? SQLITE_OK : SQLiteCode.deleteMissing
        } catch {
            return SQLiteCode.failure(.delete, error)
        }
    }

    private static func access(_ path: String, _ flags: CInt, _ result: UnsafeMutablePointer<CInt>?) -> CInt {
        result?.pointee = 0
        guard let (disk, name) = DiskRegistry.find(path) else { return SQLITE_OK }
        do {
            let size = try disk.withState { state throws(DiskError) in
                try state.admit(.access, name)
                return state.files[name]?.seen.count
            }
            // An empty file counts as missing, as in SQLite's own file system.
            if let size, size > 0 || flags != SQLITE_ACCESS_EXISTS { result?.pointee = 1 }
            return SQLITE_OK
        } catch {
            return SQLiteCode.failure(.access, error)
        }
    }
}
