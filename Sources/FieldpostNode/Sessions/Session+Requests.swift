package import FieldpostCore
import FieldpostSession
import FieldpostSync

/// What the node asks of the peer.
extension Session {
    /// Asks the peer for entries that are corrupt here, or that are being rehydrated. It may have them.
    func fetch(_ ranges: [Fetch.Range]) {
        guard peer != nil else { return }
        handle(.corruptionFound(ranges))
    }

    /// At central: an administrator changed who may log in.
    package func peopleChanged() { handle(.peopleChanged) }

    /// Asks the peer for photos or clips that are needed here.
    package func want(_ blobs: [Hash256]) {
        guard peer != nil else { return }
        for blob in blobs { handle(.blobWanted(blob)) }
    }

    /// Looks for photos and clips that are missing here, from the first one on, and asks the peer for them.
    package func wantMissing() {
        guard peer != nil else { return }
        handle(.blobsMissing)
    }

    /// Asks the peer for the thumbnail of a photo, if the link may carry it now. Returns whether it did.
    package func wantThumbnail(_ blob: Hash256) -> Bool {
        guard peer != nil, !driver.isClosed else { return false }
        if case .wait = context.link?.permit(for: .thumbnails) { return false }
        handle(.thumbnailWanted(blob))
        return true
    }
}
