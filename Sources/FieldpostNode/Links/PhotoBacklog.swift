import FieldpostCore
package import FieldpostStore
package import FieldpostSync

/// The photos and clips that are here and that central is not known to hold.
package struct PhotoBacklog: Hashable, Sendable {
    package var count: UInt64 = 0
    /// Without what has crossed already.
    package var bytes: UInt64 = 0
    /// What the link carries when photos go, as it was measured. 0: unknown.
    package var bytesPerSecond: UInt64

    package init(count: UInt64 = 0, bytes: UInt64 = 0, bytesPerSecond: UInt64) {
        self.count = count
        self.bytes = bytes
        self.bytesPerSecond = bytesPerSecond
    }

    /// At a gateway. Nil if it cannot be read.
    package init?(in journal: any Store, _ blobs: any BlobStore, to sessions: PeerRegistry) async {
        self.init(bytesPerSecond: 0)
        var crossed: UInt64 = 0
        for session in await sessions.sessions() {
            bytesPerSecond = max(bytesPerSecond, UInt64(await session.bytesPerSecond ?? 0))
            crossed += await session.traffic.sending.bytesDone
        }
        defer { bytes -= min(bytes, crossed) }
        var place: Int64 = 0
        while true {
            guard let named = try? await journal.lacking(after: place, limit: Limits.searchedBlobs) else { return nil }
            for blob in named {
                guard let size = try? await blobs.size(of: blob.hash) else { continue }
                count += 1
                bytes += size
            }
            guard named.count == Limits.searchedBlobs, let last = named.last else { return }
            place = last.number
        }
    }
}

/// What a class of links does for photos now.
package struct LinkOutlook: Hashable, Sendable {
    /// Nil: they may go.
    package var wait: LinkWait?
    /// Nil: without a limit.
    package var dayBytesLeft: UInt64?
    package var monthBytesLeft: UInt64?
    /// Until all that wait now will be through. Nil if nobody can say.
    package var photosThroughSeconds: UInt64?

    package init(wait: LinkWait?) { self.wait = wait }
}
