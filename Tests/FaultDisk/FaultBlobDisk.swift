package import FieldpostBlobs
package import FieldpostStore

/// The directory of blobs on a fault disk, as the present process sees it. Directories exist by themselves. The names
/// in them are durable only after a sync of the directory.
package struct FaultBlobDisk: BlobDisk {
    /// The directory of the fault disk that the blobs are in.
    package static let root = "blobs"

    private let disk: FaultDisk
    private let generation: Int

    package init(_ disk: FaultDisk) {
        self.disk = disk
        generation = disk.withState(\.generation)
    }

    package func makeDirectory(_ path: String) throws(BlobError) {}

    package func names(in directory: String) throws(BlobError) -> [String] {
        let prefix = full(directory) + "/"
        return try attempt { state throws(DiskError) in
            try state.admit(.access, prefix)
            let below = state.files.keys.filter { $0.hasPrefix(prefix) }.map { $0.utf8.dropFirst(prefix.utf8.count) }
            return below.filter { !$0.contains(UInt8(ascii: "/")) }.map { String(Substring($0)) }.sorted()
        }
    }

    package func size(of path: String) throws(BlobError) -> UInt64? {
        try attempt { state throws(DiskError) in
            try state.admit(.size, full(path))
            return state.files[full(path)].map { UInt64($0.seen.count) }
        }
    }

    package func open(_ path: String) throws(BlobError) -> (any BlobFile)? {
        let handle = try attempt { state throws(DiskError) -> Int? in
            guard state.files[full(path)] != nil else { return nil }
            return try state.open(full(path), create: false, exclusive: false, temporary: false)
        }
        return handle.map { FaultBlobFile(disk: self, handle: $0) }
    }

    package func create(_ path: String) throws(BlobError) -> any BlobFile {
        let handle = try attempt { state throws(DiskError) in
            let isNew = state.files[full(path)] == nil
            let handle = try state.open(full(path), create: true, exclusive: false, temporary: false)
            if isNew { try state.file(handle).needsDirectorySync = true }
            return handle
        }
        return FaultBlobFile(disk: self, handle: handle)
    }

    package func rename(_ path: String, to other: String) throws(BlobError) {
        try attempt { state throws(DiskError) in try state.rename(full(path), to: full(other)) }
    }

    package func remove(_ path: String) throws(BlobError) {
        _ = try attempt { state throws(DiskError) in try state.delete(full(path), syncDirectory: false) }
    }

    package func syncDirectory(_ path: String) throws(BlobError) {
        try attempt { state throws(DiskError) in try state.syncDirectory(full(path)) }
    }

    package var freeBytes: Int? { disk.freeBytes }

    private func full(_ path: String) -> String { path.isEmpty ? Self.root : Self.root + "/" + path }

    fileprivate func attempt<Value: Sendable>(
        _ body: (inout DiskState) throws(DiskError) -> Value
    ) throws(BlobError) -> Value {
        do throws(DiskError) {
            return try disk.withState { state throws(DiskError) in
                guard state.generation == generation else { throw .stale }
                return try body(&state)
            }
        } catch {
            throw error == .full ? .full : .failed("\(error)")
        }
    }

    fileprivate func close(_ handle: Int) { disk.withState { $0.close(handle) } }
}

private final class FaultBlobFile: BlobFile {
    private let disk: FaultBlobDisk
    private let handle: Int

    init(disk: FaultBlobDisk, handle: Int) {
        self.disk = disk
        self.handle = handle
    }

    deinit { disk.close(handle) }

    func size() throws(BlobError) -> UInt64 {
        try disk.attempt { state throws(DiskError) in
            let file = try state.file(handle)
            try state.admit(.size, file.name)
            return UInt64(file.seen.count)
        }
    }

    func read(_ count: Int, at offset: UInt64) throws(BlobError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let found = try bytes.withUnsafeMutableBytes { buffer in
            let memory = CallerMemory(buffer.baseAddress, count: count)
            return Result { () throws(BlobError) in
                try disk.attempt { state throws(DiskError) in
                    try state.read(state.file(handle), into: memory, at: Int(clamping: offset))
                }
            }
        }.get()
        return Array(bytes.prefix(found))
    }

    func write(_ bytes: ArraySlice<UInt8>, at offset: UInt64) throws(BlobError) {
        try bytes.withUnsafeBytes { buffer in
            let memory = CallerMemory(buffer.baseAddress, count: buffer.count)
            return Result { () throws(BlobError) in
                try disk.attempt { state throws(DiskError) in
                    try state.write(state.file(handle), memory, at: Int(clamping: offset))
                }
            }
        }.get()
    }

    func truncate(to size: UInt64) throws(BlobError) {
        try disk.attempt { state throws(DiskError) in try state.truncate(state.file(handle), to: Int(clamping: size)) }
    }

    func sync() throws(BlobError) {
        try disk.attempt { state throws(DiskError) in try state.sync(state.file(handle)) }
    }
}
