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
    /// Those that come from other nodes now, and those that go or wait to go to them. Nil if there are none.
    package var receiving: Flow?
    package var sending: Flow?
    /// Bytes of photos and clips that crossed links since the node started. What crossed twice counts twice.
    package var receivedBytes: UInt64 = 0
    package var sentBytes: UInt64 = 0
    /// Those that this node or a peer refused since it started, by reason: "too-large", "wrong-hash", "no-room".
    package var refused: [String: Int] = [:]

    package struct Flow: Codable, Hashable, Sendable {
        package var count: Int
        /// Of the whole photos, and how much of them has crossed. What crossed in an earlier session counts for those
        /// that are on their way now.
        package var bytes: UInt64
        package var bytesDone: UInt64
        /// Over the last seconds.
        package var bytesPerSecond: UInt64
        /// When all will be through. Nil if nobody can say.
        package var throughSeconds: UInt64?

        package init(count: Int, bytes: UInt64, bytesDone: UInt64, bytesPerSecond: UInt64) {
            self.count = count
            self.bytes = bytes
            self.bytesDone = bytesDone
            self.bytesPerSecond = bytesPerSecond
        }

        private enum CodingKeys: String, CodingKey {
            case count, bytes
            case bytesDone = "bytes_done"
            case bytesPerSecond = "bytes_per_second"
            case throughSeconds = "through_seconds"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case held, bytes, uploads, lost, receiving, sending, refused
        case uploadedBytes = "uploaded_bytes"
        case receivedBytes = "received_bytes"
        case sentBytes = "sent_bytes"
    }

    package init() {}
}
