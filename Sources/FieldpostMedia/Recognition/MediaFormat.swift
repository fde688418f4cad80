/// A format that the product takes.
package enum MediaFormat: Hashable, Sendable, CaseIterable {
    /// Multi-picture files and Ultra HDR too: their first image is a JPEG image as any other.
    case jpeg
    case png
    case webP
    /// HEIF with HEVC, as phones make it.
    case heic
    /// HEIF with another codec.
    case heif
    case mp4
    case quickTime
    /// ISO base media with sound alone.
    case m4a
    /// AAC in ADTS frames.
    case aac
    /// Ogg with Opus or Vorbis.
    case ogg

    package enum Kind: Hashable, Sendable { case photo, video, sound }

    package var kind: Kind {
        switch self {
        case .jpeg, .png, .webP, .heic, .heif: .photo
        case .mp4, .quickTime: .video
        case .m4a, .aac, .ogg: .sound
        }
    }

    /// As it is registered with IANA.
    package var mediaType: String {
        switch self {
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .webP: "image/webp"
        case .heic: "image/heic"
        case .heif: "image/heif"
        case .mp4: "video/mp4"
        case .quickTime: "video/quicktime"
        case .m4a: "audio/mp4"
        case .aac: "audio/aac"
        case .ogg: "audio/ogg"
        }
    }

    /// As people call it.
    package var name: String {
        switch self {
        case .jpeg: "JPEG"
        case .png: "PNG"
        case .webP: "WebP"
        case .heic: "HEIC"
        case .heif: "HEIF"
        case .mp4: "MP4"
        case .quickTime: "QuickTime (MOV)"
        case .m4a: "M4A"
        case .aac: "AAC"
        case .ogg: "Ogg"
        }
    }

    /// Whether a sender may declare a file of this format so. Phones and browsers use many unregistered names, and take
    /// the type from the file's extension: a clip may have any name of the ISO family. Parameters and case are ignored.
    package func mayBeDeclared(as mediaType: String) -> Bool {
        let declared = Self.essence(of: mediaType)
        return declared == self.mediaType || otherNames.contains(declared)
    }

    /// Whether it says nothing of the format.
    package static func isUnspecific(_ mediaType: String) -> Bool {
        ["", "application/octet-stream", "binary/octet-stream"].contains(essence(of: mediaType))
    }

    private static func essence(of mediaType: String) -> String {
        let essence = mediaType.prefix { $0 != ";" }.drop { $0.isWhitespace }
        return String(essence.prefix { !$0.isWhitespace }).lowercased()
    }

    private var otherNames: Set<String> {
        switch self {
        case .jpeg: ["image/jpg", "image/pjpeg", "image/mpo"]
        case .png: ["image/x-png", "image/apng"]
        case .webP: []
        case .heic, .heif: ["image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"]
        case .mp4, .quickTime:
            ["video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "video/3gpp2", "application/mp4"]
        case .m4a:
            [
                "audio/m4a", "audio/x-m4a", "audio/mp4a-latm", "audio/aac", "audio/3gpp", "audio/3gpp2", "video/mp4",
                "video/quicktime", "video/3gpp", "application/mp4",
            ]
        case .aac: ["audio/aacp", "audio/x-aac", "audio/vnd.dlna.adts", "audio/x-hx-aac-adts"]
        case .ogg: ["audio/opus", "audio/vorbis", "audio/x-ogg", "application/ogg"]
        }
    }
}
