import FieldpostCore
import FieldpostMedia

/// A file is recognized or refused. What is recognized ends inside the file, and is recognized without what follows.
enum RecognitionTarget {
    static func run(_ bytes: [UInt8]) {
        let source = CheckedBytes(bytes)
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
