package import FieldpostCore

/// A place in the search for blobs that are missing here: first those that became corrupt, in the order of their
/// hashes. Then, at central, those that entries name and that never came, in the order in which they were named.
package enum MissingPlace: Hashable, Sendable {
    case corrupt(after: Hash256)
    case named(after: Int64)

    package static let start = MissingPlace.corrupt(after: .zero)
}
