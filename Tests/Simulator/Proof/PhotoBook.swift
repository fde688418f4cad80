import FieldpostCore

/// The photos that people took. Their bytes follow from their numbers.
struct PhotoBook {
    struct Photo {
        let hash: Hash256
        let bytes: [UInt8]
    }

    private(set) var photos: [Photo] = []
    private var numbers: [Hash256: Int] = [:]
    /// Photos whose only copies were physically destroyed.
    var gone: Set<Hash256> = []
    /// Photos that gateways evicted. Central promised to keep them.
    var letGo: Set<Hash256> = []

    /// Nil for a name that stands for no photo.
    subscript(hash: Hash256) -> Photo? { numbers[hash].map { photos[$0] } }

    mutating func take(bytes count: Int, seed: UInt64) -> Photo {
        var state = seed | 1
        let bytes = (0..<count).map { _ -> UInt8 in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 32)
        }
        let photo = Photo(hash: Hash256(hashing: bytes), bytes: bytes)
        numbers[photo.hash] = photos.count
        photos.append(photo)
        return photo
    }
}
