import FieldpostCore
import FieldpostStore

/// What the care of blobs has to remember: the running time, and where the scrub stands.
struct CareRecord: Hashable, Sendable {
    /// Milliseconds that the node ran, in all its runs.
    var runningTime: UInt64 = 0
    var cursor = BlobScrubCursor.start

    init() {}

    /// The two numbers and the hash, in the order of `body`.
    init?(body: [UInt8]) {
        var reader = BodyReader(body[...])
        guard let time = reader.number(), let blob = reader.hash(), let offset = reader.number() else { return nil }
        runningTime = time
        cursor = BlobScrubCursor(blob: blob, offset: offset)
    }

    var body: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: runningTime)
        cursor.blob.append(to: &bytes)
        bytes.append(number: cursor.offset)
        return bytes
    }
}
