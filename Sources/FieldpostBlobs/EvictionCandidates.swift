import FieldpostCore
import FieldpostStore

/// The oldest of the blobs that may be evicted. It keeps no more than twice `Limits.evictionCandidates`.
struct EvictionCandidates {
    private let most: Int
    private var blobs: [StoredBlob] = []

    init(most: Int = Limits.evictionCandidates) { self.most = most }

    mutating func add(_ blob: StoredBlob) {
        blobs.append(blob)
        if blobs.count >= 2 * most { blobs = oldestFirst }
    }

    /// At most as many as are kept. Of two with one age, the lesser hash comes first.
    var oldestFirst: [StoredBlob] {
        Array(blobs.sorted { ($0.age, $1.hash) > ($1.age, $0.hash) }.prefix(most))
    }
}
