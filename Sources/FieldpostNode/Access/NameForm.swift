import Foundation

extension String {
    /// The form in which names are stored and looked up (Unicode Standard Annex 15, NFC): an "é" of one code point and
    /// an "é" of two are the same name.
    package var nameForm: String { precomposedStringWithCanonicalMapping }

    /// Without white space at both ends.
    package var trimmingBlanks: String { trimmingCharacters(in: .whitespaces) }
}
