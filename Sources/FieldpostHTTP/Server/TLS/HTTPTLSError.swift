import FieldpostNode
import Glibc

/// Why HTTP cannot be served over TLS with the files that are set.
package struct HTTPTLSError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let reason: String
    /// What to do, in a sentence without its stop.
    package let mend: String
    /// A person has to mend a file or its rights; else the disk failed, and a later start may do better.
    package let isSetting: Bool

    package var description: String {
        "HTTP cannot be served over TLS: \(file) \(reason). \(mend). What was accepted before is safe."
    }

    init(_ file: String, _ reason: String, _ mend: String) {
        (self.file, self.reason, self.mend, isSetting) = (file, reason, mend, true)
    }

    init(_ file: String, unread failure: SmallFile.Failure) {
        self.file = file
        reason = "cannot be read (\(failure.reason))"
        isSetting = failure.isSetting
        mend =
            switch failure.code {
            case ENOENT, ENOTDIR: "Put the file there, or set `http_certificate` and `http_key` to where it is"
            case EACCES, EPERM:
                "The daemon's user must be able to read it; the units have a user of their own (DynamicUser), "
                    + "so hand the file over by LoadCredential=, as README.md says"
            case EISDIR: "It is a directory: name the PEM file in it"
            case EFBIG: "It is too large for a PEM file: name the right one"
            default: "Look at the disk"
            }
    }
}
