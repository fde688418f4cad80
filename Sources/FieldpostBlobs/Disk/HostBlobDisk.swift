package import FieldpostStore
import Glibc

/// A directory of the host. Only the owner may enter it and read its files.
package struct HostBlobDisk: BlobDisk {
    private let root: String

    package init(directory: String) { root = directory }

    package func makeDirectory(_ path: String) throws(BlobError) {
        guard mkdir(full(path), 0o700) == 0 else {
            guard errno == EEXIST else { throw failure(path) }
            return
        }
        try sync(full(path) + "/..")
    }

    package func names(in directory: String) throws(BlobError) -> [String] {
        guard let stream = opendir(full(directory)) else {
            guard errno == ENOENT else { throw failure(directory) }
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw failure(directory) }
        return names
    }

    package func size(of path: String) throws(BlobError) -> UInt64? {
        var status = stat()
        guard lstat(full(path), &status) == 0 else {
            guard errno == ENOENT else { throw failure(path) }
            return nil
        }
        return UInt64(clamping: status.st_size)
    }

    package func open(_ path: String) throws(BlobError) -> (any BlobFile)? {
        let file = Glibc.open(full(path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            guard errno == ENOENT else { throw failure(path) }
            return nil
        }
        return HostBlobFile(file, path: full(path))
    }

    package func create(_ path: String) throws(BlobError) -> any BlobFile {
        let file = Glibc.open(full(path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure(path) }
        return HostBlobFile(file, path: full(path))
    }

    package func rename(_ path: String, to other: String) throws(BlobError) {
        guard Glibc.rename(full(path), full(other)) == 0 else { throw failure(path) }
    }

    package func remove(_ path: String) throws(BlobError) {
        guard unlink(full(path)) == 0 || errno == ENOENT else { throw failure(path) }
    }

    package func syncDirectory(_ path: String) throws(BlobError) { try sync(full(path)) }

    package var freeBytes: Int? {
        var status = statvfs()
        guard statvfs(root, &status) == 0 else { return nil }
        let (bytes, _) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return Int(clamping: bytes)
    }

    private func full(_ path: String) -> String { path.isEmpty ? root : root + "/" + path }

    private func sync(_ directory: String) throws(BlobError) {
        let file = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .failed("\(directory): \(lastError())") }
        defer { close(file) }
        // A full disk here is final as well: nobody knows which names are durable.
        guard fsync(file) == 0 else { throw .failed("\(directory): \(lastError())") }
    }

    private func failure(_ path: String) -> BlobError { .of(full(path)) }
}

private final class HostBlobFile: BlobFile {
    private let file: CInt
    private let path: String

    init(_ file: CInt, path: String) {
        self.file = file
        self.path = path
    }

    deinit { close(file) }

    func size() throws(BlobError) -> UInt64 {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .of(path) }
        return UInt64(clamping: status.st_size)
    }

    func read(_ count: Int, at offset: UInt64) throws(BlobError) -> [UInt8] {
        var code: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            done = 0
            while done < count {
                let step = pread(
                    file, buffer.baseAddress.map { $0 + done }, count - done, off_t(clamping: offset) + off_t(done))
                if step < 0, errno == EINTR { continue }
                if step < 0 { code = errno }
                guard step > 0 else { return }
                done += step
            }
        }
        guard code == 0 else { throw .failed("\(path): \(String(cString: strerror(code)))") }
        return bytes
    }

    func write(_ bytes: ArraySlice<UInt8>, at offset: UInt64) throws(BlobError) {
        let isWritten = bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let step = pwrite(
                    file, buffer.baseAddress.map { $0 + done }, buffer.count - done,
                    off_t(clamping: offset) + off_t(done))
                if step < 0, errno == EINTR { continue }
                guard step > 0 else { return false }
                done += step
            }
            return true
        }
        guard isWritten else { throw .of(path) }
    }

    func truncate(to size: UInt64) throws(BlobError) {
        guard ftruncate(file, off_t(clamping: size)) == 0 else { throw .of(path) }
    }

    func sync() throws(BlobError) {
        // Not `.full`, whatever the error: the kernel may have dropped bytes that were written before.
        guard fsync(file) == 0 else { throw .failed("\(path): \(lastError())") }
    }
}

private func lastError() -> String { String(cString: strerror(errno)) }

extension BlobError {
    /// The error of the last call.
    fileprivate static func of(_ path: String) -> BlobError {
        errno == ENOSPC || errno == EDQUOT ? .full : .failed("\(path): \(lastError())")
    }
}
