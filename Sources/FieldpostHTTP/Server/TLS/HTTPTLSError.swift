import FieldpostNode
import Glibc

/// Why HTTP cannot be served over TLS with the configured files.
package struct HTTPTLSError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let reason: String
    /// What to do: a sentence without its period.
    package let remedy: String
    /// True: a person must correct a file or its permissions. False: the disk failed, and a later start may succeed.
    package let isSetting: Bool

    package var description: String {
        "HTTP cannot be served over TLS: \(file) \(reason). \(remedy). Everything accepted before is safe."
    }

    init(_ file: String, _ reason: String, _ remedy: String) {
        (self.file, self.reason, self.remedy, isSetting) = (file, reason, remedy, true)
    }

    init(_ file: String, unread failure: SmallFile.Failure) {
        self.file = file
        reason = "cannot be read (\(failure.reason))"
        isSetting = failure.isSetting
        remedy =
            switch failure.code {
            case ENOENT, ENOTDIR: "Put the file there, or set `http_certificate` and `http_key` to its path"
            case EACCES, EPERM:
                "The daemon's user must be able to read it. The units run as the user fieldpost: give the file to the "
                    + "group fieldpost (mode 640), or pass it with LoadCredential=, as README.md says"
            case EISDIR: "It is a directory. Name the PEM file in it"
            case EFBIG: "It is too large for a PEM file. Name the right file"
            default: "Check the disk"
            }
    }
}
