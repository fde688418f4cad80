import CZlib
import Crypto
import FieldpostCore
package import FieldpostNode
import Glibc
import Synchronization

/// The files of the pages that browsers get. They are read once at a start and stay in memory, compressed too.
package struct PageFiles: Sendable {
    /// By path, such as "/style/page.css".
    let files: [String: PageFile]
    /// Differs if any file does.
    let version: String

    /// No pages: every path is unknown.
    package static let none = PageFiles([:])

    /// Throws `SmallFile.Failure`, as `FileTree.read` does.
    ///
    /// `leaflet`: where Debian's packages of the map library are. Without them, the console has no map.
    package init(directory: String, leaflet: String = "/usr/share/javascript/leaflet") throws(SmallFile.Failure) {
        var read = try FileTree.read(directory, limit: Limits.pageBytes, files: Limits.pageFiles)
        let library = (try? FileTree.read(leaflet, limit: Limits.pageBytes, files: Limits.pageFiles)) ?? [:]
        for (path, bytes) in library where Self.isServed(path) { read["leaflet/" + path] = bytes }
        self.init(read)
    }

    /// Of the library: what is minified, its styles and its pictures.
    private static func isServed(_ path: String) -> Bool {
        [".min.js", ".css", ".png"].contains(where: path.hasSuffix)
    }

    private init(_ read: [String: [UInt8]]) {
        var hasher = SHA256()
        var files: [String: PageFile] = [:]
        for (path, bytes) in read.sorted(by: { $0.key < $1.key }) {
            guard let mediaType = Self.mediaTypes[Self.end(of: path)] else { continue }
            hasher.update(data: Array(path.utf8) + [0])
            hasher.update(data: SHA256.hash(data: bytes).map(\.self))
            files["/" + path] = PageFile(bytes, mediaType: mediaType)
        }
        self.files = files
        version = Hex.encode(Array(hasher.finalize().prefix(8)))
    }

    /// Beside the program, where a build puts them, or else where a package does.
    package static var standardDirectory: String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = max(0, readlink("/proc/self/exe", &path, path.count - 1))
        let own = String(decoding: path.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let directory = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? ""
        let built = directory + "/fieldpost_FieldpostHTTP.resources/Pages"
        return access(built, R_OK) == 0 ? built : directory + "/../share/fieldpost/pages"
    }

    private static func end(of path: String) -> String {
        path.lastIndex(of: ".").map { String(path[path.index(after: $0)...]) } ?? ""
    }

    private static let mediaTypes = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "webmanifest": "application/manifest+json",
    ]
}

/// A file that is made anew only when its bytes change, since compressing it takes long.
final class KeptFile: Sendable {
    private let last = Mutex<PageFile?>(nil)

    func file(_ bytes: [UInt8], mediaType: String) -> PageFile {
        last.withLock { last in
            if let last, last.bytes == bytes { return last }
            let made = PageFile(bytes, mediaType: mediaType)
            last = made
            return made
        }
    }
}

/// One file as it is served.
struct PageFile: Sendable {
    let mediaType: String
    let bytes: [UInt8]
    /// By gzip. Nil if that is not shorter.
    let zipped: [UInt8]?
    /// An entity tag without quotes.
    let tag: String

    init(_ bytes: [UInt8], mediaType: String) {
        self.mediaType = mediaType
        self.bytes = bytes
        let zipped = Gzip.zip(bytes, level: Z_BEST_COMPRESSION)
        self.zipped = zipped.count < bytes.count ? zipped : nil
        tag = Hex.encode(Array(SHA256.hash(data: bytes).prefix(12)))
    }
}
