/// The preset dictionaries of the batch codec, by number. The bytes behind a number never change: a better dictionary
/// gets a new number (Protocol/dictionary/build.py builds it).
package enum Dictionaries {
    /// The dictionary that this version deflates with.
    package static let current: UInt32 = 1

    /// The bytes of dictionary 1. PROTOCOL.md names their SHA-256.
    package static let first: [UInt8] = PackageResources.dictionary_1_bin

    /// The numbers that this side can inflate with, for the hello. Number 0 (no dictionary) is always allowed.
    package static let known: [UInt32] = [current]

    /// Nil for an unknown number, empty for 0.
    static func bytes(of number: UInt32) -> [UInt8]? {
        switch number {
        case 0: []
        case current: first
        default: nil
        }
    }
}
