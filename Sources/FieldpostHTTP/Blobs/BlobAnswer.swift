import FieldpostCore
import FieldpostMedia
import FieldpostStore
import HTTPTypes

/// The head of an answer with a photo or clip, and the part of it that follows (RFC 9110, section 14).
struct BlobAnswer: Hashable, Sendable {
    let tag: String
    let mediaType: String
    let fileName: String
    let size: UInt64

    init(_ blob: Hash256, _ format: MediaFormat, _ form: BlobForm, _ size: UInt64) {
        tag = "\"\(blob.hex)\(form == .original ? "" : "-stripped")\""
        mediaType = format.mediaType
        fileName = "\(blob.hex.prefix(16)).\(format.fileExtension)"
        self.size = size
    }

    /// A small JPEG picture of a photo. One that a peer sent may give way to another.
    init(_ thumbnail: KeptThumbnail, of blob: Hash256) {
        tag = "\"\(blob.hex)-thumbnail\(thumbnail.source == .made ? "" : "-received")\""
        mediaType = "image/jpeg"
        fileName = "\(blob.hex.prefix(16))-small.jpg"
        size = UInt64(thumbnail.bytes.count)
    }

    /// The range is nil if there is no body.
    func head(for request: HTTPFields) -> (HTTPResponse.Status, HTTPFields, Range<UInt64>?) {
        var fields: HTTPFields = [
            .eTag: tag, .acceptRanges: "bytes", .cacheControl: "private, no-cache", .vary: "Authorization",
        ]
        if let held = request[.ifNoneMatch], held == "*" || held.listMembers.contains(tag) {
            return (.notModified, fields, nil)
        }
        fields[.contentType] = mediaType
        fields[.contentDisposition] = "inline; filename=\"\(fileName)\""
        // What a stranger sent is shown alone, and never run.
        fields[.contentSecurityPolicy] = "sandbox; default-src 'none'"
        fields[.xContentTypeOptions] = "nosniff"
        fields[.known("Cross-Origin-Resource-Policy")] = "same-origin"
        let isForThis = request[.ifRange].map { $0 == tag } ?? true
        switch isForThis ? ByteRange(request[.range], of: size) : .all {
        case .all: return (.ok, fields, 0..<size)
        case .part(let range):
            fields[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
            return (.partialContent, fields, range)
        case .unsatisfiable:
            return (.rangeNotSatisfiable, [.contentRange: "bytes */\(size)", .acceptRanges: "bytes"], nil)
        }
    }
}

/// What a `Range` asks for. Several ranges, and what is not a range of bytes, are ignored: the answer is all of it.
package enum ByteRange: Hashable, Sendable {
    case all
    case part(Range<UInt64>)
    case unsatisfiable

    package init(_ text: String?, of size: UInt64) {
        self = .all
        guard let text = text?.trimmedField, text.loweredField.hasPrefix("bytes=") else { return }
        let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let first = Self.number(parts[0]), let last = Self.number(parts[1]) else { return }
        switch (first, last) {
        case (nil, nil): return
        case (nil, let count?): self = count == 0 || size == 0 ? .unsatisfiable : .part(size - min(count, size)..<size)
        case (let first?, let last):
            if let last, last < first { return }
            self = first >= size ? .unsatisfiable : .part(first..<min(last ?? size, size - 1) + 1)
        }
    }

    /// The outer nil: not a number. The inner nil: empty.
    private static func number(_ text: String) -> UInt64?? {
        guard !text.isEmpty else { return .some(nil) }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return .some(UInt64(text) ?? .max)
    }
}

extension String {
    /// The members of a list of tags.
    fileprivate var listMembers: [String] { split(separator: ",").map { $0.trimmedField } }
}

extension MediaFormat {
    var fileExtension: String {
        switch self {
        case .jpeg: "jpg"
        case .png: "png"
        case .webP: "webp"
        case .heic: "heic"
        case .heif: "heif"
        case .mp4: "mp4"
        case .quickTime: "mov"
        case .m4a: "m4a"
        case .aac: "aac"
        case .ogg: "ogg"
        }
    }
}
