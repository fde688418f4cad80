import FieldpostCore
import FieldpostMedia

/// A file is recognized or refused. What is recognized ends inside the file, and is recognized without what follows.
/// From what is taken as a thumbnail, nothing can be stripped.
enum RecognitionTarget {
    static func run(_ bytes: [UInt8]) {
        let source = CheckedBytes(bytes)
        checkThumbnail(bytes)
        switch MediaFile.recognize(source) {
        case .success(let file):
            precondition((1...bytes.count).contains(file.contentBytes), "the content ends outside of the file")
            let content = CheckedBytes(Array(bytes.prefix(file.contentBytes)))
            precondition(MediaFile.recognize(content) == .success(file), "the content alone is another file")
            precondition(
                (try? MediaFile.recognize(source, declaredAs: file.format.mediaType).get()) == file,
                "a file may not have the media type of its own format")
        case .failure(let refusal): precondition(!refusal.description.isEmpty, "a refusal says nothing")
        }
    }

    private static func checkThumbnail(_ bytes: [UInt8]) {
        guard Thumbnail(bytes) != nil else { return }
        let source = MemoryBytes(bytes)
        guard case .success(let file) = MediaFile.recognize(source), file.contentBytes == bytes.count,
            case .success(let stripped) = file.stripped(source), stripped.byteCount == bytes.count
        else { preconditionFailure("a thumbnail is no JPEG file, or has metadata") }
        precondition(stripped.read(at: 0, count: bytes.count) == bytes, "stripping changes a thumbnail")
    }
}

/// Bytes in memory that check what is asked of them.
struct CheckedBytes: RandomAccessBytes {
    private let bytes: MemoryBytes

    init(_ bytes: [UInt8]) { self.bytes = MemoryBytes(bytes) }

    var byteCount: Int { bytes.byteCount }

    func read(at offset: Int, count: Int) -> [UInt8] {
        precondition((0...byteCount).contains(offset), "a read at \(offset) of \(byteCount) bytes")
        precondition((0...Limits.mediaReadBytes).contains(count), "\(count) bytes are read at once")
        return bytes.read(at: offset, count: count)
    }
}
