import Foundation

extension String {
    /// The form in which names are kept and looked up (Unicode Standard Annex 15, NFC): an "é" of one character and one
    /// of two are the same name.
    package var nameForm: String { precomposedStringWithCanonicalMapping }

    /// Without blanks at its ends.
    package var trimmingBlanks: String { trimmingCharacters(in: .whitespaces) }
}
