import Foundation

/// Reads the files of a directory and of its folders, one level deep.
package enum FileTree {
    /// The files by their path within the directory, such as "style/page.css". Hidden files are left out. Throws
    /// `SmallFile.Failure`: `ENOENT` and the like as for one file, and `EFBIG` beyond `limit` bytes or `files` files in
    /// sum.
    package static func read(
        _ directory: String, limit: Int, files most: Int
    ) throws(SmallFile.Failure) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        var room = limit
        for name in try names(in: directory) {
            let path = directory + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
            let inside = isFolder.boolValue ? try names(in: path).map { name + "/" + $0 } : [name]
            for file in inside {
                guard found.count < most else { throw SmallFile.Failure(code: EFBIG) }
                let bytes = try SmallFile.read(directory + "/" + file, limit: room)
                room -= bytes.count
                found[file] = bytes
            }
        }
        return found
    }

    private static func names(in directory: String) throws(SmallFile.Failure) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory).filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            // Foundation does not tell the code.
            throw SmallFile.Failure(code: access(directory, R_OK) == 0 ? ENOTDIR : errno)
        }
    }
}
