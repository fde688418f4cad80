/// Counts and sizes of the photos and clips of a node.
package struct BlobState: Codable, Hashable, Sendable {
    /// Photos and clips that are here, and their bytes.
    package var held = 0
    package var bytes: UInt64 = 0
    /// Uploads that are not finished, and the bytes of them that are durable here.
    package var uploads = 0
    package var uploadedBytes: UInt64 = 0
    /// Photos and clips that became corrupt here and have not come again.
    package var lost = 0

    private enum CodingKeys: String, CodingKey {
        case held, bytes, uploads, lost
        case uploadedBytes = "uploaded_bytes"
    }

    package init() {}
}
