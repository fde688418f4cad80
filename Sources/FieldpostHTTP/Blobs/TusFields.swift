package import FieldpostCore
package import FieldpostStore
import HTTPTypes

/// The header fields of tus 1.0.0, the protocol for uploads that continue after a cut (tus.io/protocols).
enum TusFields {
    static let version = "1.0.0"
    static let extensions = "creation,creation-with-upload,expiration,checksum,termination"
    static let algorithms = "sha1,sha256"
    static let mediaType = "application/offset+octet-stream"

    static let resumable = HTTPField.Name.known("Tus-Resumable")
    static let versions = HTTPField.Name.known("Tus-Version")
    static let extensionList = HTTPField.Name.known("Tus-Extension")
    static let maxSize = HTTPField.Name.known("Tus-Max-Size")
    static let algorithmList = HTTPField.Name.known("Tus-Checksum-Algorithm")
    static let offset = HTTPField.Name.uploadOffset
    static let length = HTTPField.Name.known("Upload-Length")
    static let deferLength = HTTPField.Name.known("Upload-Defer-Length")
    static let metadata = HTTPField.Name.known("Upload-Metadata")
    static let checksum = HTTPField.Name.known("Upload-Checksum")
    static let expires = HTTPField.Name.known("Upload-Expires")
    /// Ours: the SHA-256 of an upload that is whole, which is the name of the photo or clip.
    static let blob = HTTPField.Name.known("Fieldpost-Blob")

    /// Throws `.wrongTusVersion`.
    static func checkVersion(_ headers: HTTPFields) throws(Problem) {
        guard headers[resumable] != version else { return }
        throw Problem(
            .wrongTusVersion,
            "The request must say `Tus-Resumable: \(version)`, which is the version of tus that this node speaks. "
                + "Nothing was changed.",
            headers: [HTTPField(name: versions, value: version)])
    }

    /// A number of bytes. Nil without the field. Throws `.badHeader`.
    static func bytes(_ name: HTTPField.Name, _ headers: HTTPFields) throws(Problem) -> UInt64? {
        guard let text = headers[name] else { return nil }
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = UInt64(text)
        else { throw bad(name, "must be a whole number of bytes") }
        return number
    }

    static func bad(_ name: HTTPField.Name, _ defect: String) -> Problem {
        Problem(.badHeader, "`\(name.rawName)` \(defect). Nothing was changed. Correct it and send it again.")
    }

    /// The checksum of a piece. Nil without the field. Throws `.badHeader` for another algorithm too.
    static func checksum(_ headers: HTTPFields) throws(Problem) -> PieceChecksum? {
        guard let text = headers[checksum] else { return nil }
        guard let found = PieceChecksum(tus: text) else {
            throw bad(checksum, "must be sha1 or sha256, a space, and the checksum in Base64")
        }
        return found
    }

    /// Standard Base64, with its padding. Nil for another text.
    static func base64(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        guard text.utf8.count % 4 == 0, text.utf8.count - digits.count < 3,
            text.utf8.dropFirst(digits.count).allSatisfy({ $0 == UInt8(ascii: "=") })
        else { return nil }
        return Base64.standard.decode(digits)
    }

    /// With padding.
    static func base64(_ bytes: [UInt8]) -> String {
        let digits = Base64.standard.encode(bytes)
        return digits + String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4)
    }
}

extension PieceChecksum {
    /// The text of `Upload-Checksum`. Nil for another algorithm too.
    package init?(tus text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = TusFields.base64(parts[1]) else { return nil }
        switch (parts[0], bytes.count) {
        case ("sha1", 20): self = .sha1(bytes)
        case ("sha256", Hash256.byteCount):
            guard let hash = Hash256(bytes: bytes) else { return nil }
            self = .sha256(hash)
        default: return nil
        }
    }
}

/// `Upload-Metadata`: pairs of a key and a value in Base64. Keys that are not named here mean nothing to a node.
package struct UploadMetadata: Hashable, Sendable {
    /// As the client declared it; empty if it did not. From `filetype`.
    package private(set) var mediaType = ""
    /// The hash of the whole. From `sha256`, in hexadecimal digits.
    package private(set) var hash: Hash256?

    /// Throws `.badHeader`.
    init(_ headers: HTTPFields) throws(Problem) { try self.init(headers[TusFields.metadata] ?? "") }

    /// Throws `.badHeader`.
    package init(_ text: String) throws(Problem) {
        guard !text.isEmpty else { return }
        var keys: Set<Substring> = []
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = pair.drop { $0 == " " }.split(separator: " ", maxSplits: 1)
            guard let key = parts.first, keys.insert(key).inserted,
                let bytes = parts.count > 1 ? TusFields.base64(parts[1]) : [],
                let value = String(validating: bytes, as: UTF8.self)
            else {
                throw TusFields.bad(TusFields.metadata, "must be pairs of a key and a text in Base64, each key once")
            }
            try take(key, value)
        }
    }

    private mutating func take(_ key: Substring, _ value: String) throws(Problem) {
        switch key {
        case "filetype": mediaType = value
        case "sha256":
            guard let hash = Hash256(hex: value) else {
                throw TusFields.bad(TusFields.metadata, "has a `sha256` that is not 64 hexadecimal digits")
            }
            self.hash = hash
        default: break
        }
    }

    /// What `Upload-Metadata` says of an upload of this media type. Nil if the client declared none.
    package static func text(mediaType: String) -> String? {
        mediaType.isEmpty ? nil : "filetype " + TusFields.base64(Array(mediaType.utf8))
    }
}
