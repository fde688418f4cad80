/// The preset dictionaries of the batch codec, by number. A number stands for the same bytes for ever: a better
/// dictionary gets a new one (Protocol/dictionary/build.py builds it).
package enum Dictionaries {
    /// The dictionary that this version deflates with.
    package static let current: UInt32 = 1

    /// The bytes of dictionary 1, which PROTOCOL.md names by SHA-256.
    package static let first: [UInt8] = PackageResources.dictionary_1_bin

    /// The numbers that this side inflates with, for the hello. None (0) goes without saying.
    package static let known: [UInt32] = [current]

    /// Nil for a number that is unknown, empty for 0.
    static func bytes(of number: UInt32) -> [UInt8]? {
        switch number {
        case 0: []
        case current: first
        default: nil
        }
    }
}
