import FieldpostCore
import FieldpostMedia
import FieldpostStore
import HTTPTypes

extension Problem {
    /// The problem for an error of the store of photos and clips. The details of a failed disk go only into the log.
    init(_ error: BlobError) {
        switch error {
        case .notHeld, .lost: self.init(.unknownBlob, error.description)
        case .wrongRange: self.init(.rangeNotSatisfiable, error.description)
        case .unknownUpload: self.init(.unknownUpload, error.description)
        case .expired, .uploadDamaged: self.init(.uploadExpired, error.description)
        case .takenOver: self.init(.uploadTakenOver, error.description)
        case .wrongOffset(let held):
            self.init(.wrongOffset, error.description, headers: [HTTPField(name: .uploadOffset, value: "\(held)")])
        case .wrongChecksum: self.init(.wrongChecksum, error.description)
        case .wrongHash: self.init(.wrongHash, error.description)
        case .tooLong, .tooLarge, .tooScattered: self.init(.tooLarge, error.description)
        case .empty: self.init(.mediaDefective, MediaRefusal.empty.description)
        case .mediaTypeTooLong: self.init(.badHeader, error.description)
        case .busy:
            self.init(
                .busy, error.description, headers: [HTTPField(name: .retryAfter, value: "\(Limits.busyRetrySeconds)")])
        case .full, .noRoom:
            self.init(
                .diskFull, error.description,
                headers: [HTTPField(name: .retryAfter, value: "\(Limits.fullDiskRetrySeconds)")])
        case .failed:
            self.init(
                .blobsFailed,
                "The store of photos of this node failed, and takes nothing until the node is restarted. What was "
                    + "held is safe. Keep the photo and send it again.")
        }
    }

    /// The problem for a file that is not taken.
    init(_ refusal: MediaRefusal) {
        switch refusal {
        case .unknown, .notTaken, .mislabelled: self.init(.mediaNotTaken, refusal.description)
        case .empty, .defective: self.init(.mediaDefective, refusal.description)
        }
    }

    static func fileTooLarge(_ kind: String, _ bytes: UInt64, limit: UInt64) -> Problem {
        Problem(
            .tooLarge,
            "The \(kind) has \(bytes) bytes, but the limit is \(limit). It was not taken. Send a smaller one.")
    }
}

extension HTTPField.Name {
    static let uploadOffset = known("Upload-Offset")

    /// Traps if the text is not the name of a field.
    static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is not the name of a field") }
        return field
    }
}
