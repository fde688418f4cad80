import FieldpostCore

/// Where the files are, relative to the root. Every name is made from a hash or an id, never from text of a client.
enum BlobPath {
    /// Uploads that are not finished.
    static let uploads = "uploads"
    /// Blobs that were found corrupt.
    static let corrupt = "corrupt"
    /// The running time, and where the scrub stands.
    static let care = "care"

    /// The directories that blobs are in: two hexadecimal digits.
    static let directories = (0...255).map { Hex.encode([UInt8($0)]) }

    static func directory(of blob: Hash256) -> String { String(blob.hex.prefix(2)) }

    static func blob(_ blob: Hash256) -> String { directory(of: blob) + "/" + blob.hex.dropFirst(2) }

    /// The hashes of a blob's chunks.
    static func chunks(_ blob: Hash256) -> String { Self.blob(blob) + chunksSuffix }

    static func setAside(_ blob: Hash256) -> String { corrupt + "/" + blob.hex }

    /// What has come of an upload.
    static func part(_ upload: UploadID) -> String { "\(uploads)/\(upload)\(partSuffix)" }

    /// What the upload is about, and how far it has come.
    static func record(_ upload: UploadID) -> String { "\(uploads)/\(upload)\(recordSuffix)" }

    static let chunksSuffix = ".chunks"
    private static let partSuffix = ".part"
    private static let recordSuffix = ".upload"

    /// The blob whose file in a directory has this name; nil for any other name.
    static func blob(named name: some StringProtocol, in directory: String) -> Hash256? {
        guard name.count == 2 * Hash256.byteCount - 2, name.lowercased() == name else { return nil }
        return Hash256(hex: directory + name)
    }

    /// The upload whose part or record has this name; nil for any other name.
    static func upload(named name: String) -> UploadID? {
        for suffix in [partSuffix, recordSuffix] where name.hasSuffix(suffix) {
            return UploadID(text: name.dropLast(suffix.count))
        }
        return nil
    }

    static func isRecord(_ name: String) -> Bool { name.hasSuffix(recordSuffix) }
}
