package import FieldpostStore

/// Why no thumbnail was made.
package enum ThumbnailFailure: Error, Hashable, Sendable {
    /// The photo cannot be read from the store.
    case unreadable(BlobError)
    case tooLarge(UInt64)
    /// There is no helper at this path.
    case missing
    /// A call to the system failed.
    case cannotStart(String)
    /// The helper did not end in time.
    case tooSlow
    /// The helper refused the photo, with these words.
    case refused(String)
    /// The helper gave something else than a thumbnail.
    case wrongAnswer
}

extension ThumbnailFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let error): error.description
        case .tooLarge(let bytes): "the photo has \(bytes) bytes"
        case .missing: "there is no helper program"
        case .cannotStart(let reason): "the helper program cannot be started: \(reason)"
        case .tooSlow: "the helper program took too long"
        case .refused(let words): words
        case .wrongAnswer: "the helper program gave no thumbnail"
        }
    }
}
