import FieldpostCore
import FieldpostStore

/// Whose uploads are kept. So no client keeps the others out with uploads that it does not continue.
extension FileBlobStore {
    /// Makes room for one more upload of this owner. Throws `.busy`.
    func makeShare(for owner: String) throws(BlobError) {
        let open = uploads.values.filter { $0.record.isOpen && !$0.isOfThisNode }
        let own = open.filter { $0.record.owner == owner }
        if own.count >= Limits.ownUploads { try expireOldest(of: own) }
        guard uploads.count >= Limits.keptUploads else { return }
        // One that ended is only remembered.
        if uploads.values.allSatisfy({ $0.record.isOpen }) {
            let most = Dictionary(grouping: open, by: \.record.owner).values.max { $0.count < $1.count } ?? []
            guard most.count > own.count else { throw .busy }
            try expireOldest(of: most)
        }
        let ended = uploads.values.filter { !$0.record.isOpen }
        guard let oldest = ended.min(by: { $0.record.expiry < $1.record.expiry }) else { throw .busy }
        try discard(oldest)
    }

    /// Ends the upload that nobody continues now and that was continued longest ago. Throws `.busy` if there is none.
    private func expireOldest(of uploads: [PartialUpload]) throws(BlobError) {
        let idle = uploads.filter { $0.turn == nil }
        guard let oldest = idle.min(by: { $0.record.expiry < $1.record.expiry }) else { throw .busy }
        try change { () throws(BlobError) in try oldest.expire() }
    }
}

extension PartialUpload {
    var isOfThisNode: Bool { record.owner.isEmpty }
}
