package import FieldpostCore
import FieldpostStore

/// Where a photo or clip is that a report names.
package enum BlobPlace: Hashable, Sendable {
    /// This node holds it.
    case here
    /// This node does not hold it, and nothing of it is on its way.
    case announced
    /// It comes from another node. So many of its bytes are here.
    case onTheWay(bytes: UInt64)
}

extension NodeService {
    /// A blob that cannot be read counts as not here.
    package func place(of blob: Hash256) async -> BlobPlace {
        if let size = try? await blobs.size(of: blob), size > 0 { return .here }
        return await blobs.arriving(blob).map { .onTheWay(bytes: $0) } ?? .announced
    }
}
