/// Why a file is not taken. The description says it to the person who sent the file, with what to do.
package enum MediaRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    /// Its first bytes belong to no format that is known here.
    case unknown
    /// It has a format that is known and not taken. The name is one for people, such as "GIF".
    case notTaken(String)
    /// It begins as this format, and has a defect.
    case defective(MediaFormat, MediaDefect)
    /// It is whole, and its sender declared another media type.
    case mislabelled(declared: String, MediaFormat)

    private static let taken =
        "Send JPEG, PNG, WebP or HEIC for photos, MP4 or MOV for clips, and M4A, AAC or Ogg (Opus) for sound."

    package var description: String {
        switch self {
        case .empty:
            """
            The file is empty. Some phones send an empty file if the photo was chosen long before. Choose the photo \
            again, and send it at once.
            """
        case .unknown: "The format of the file is not known. \(Self.taken)"
        case .notTaken(let name): "The file is \(name), which is not taken. \(Self.taken)"
        case .defective(let format, let defect): "The \(format.name) file \(defect.text) \(defect.remedy)"
        case .mislabelled(let declared, let format):
            """
            The file is declared as \(declared.prefix(80)), and its content is \(format.name). Declare it as \
            \(format.mediaType), or send the file that you meant.
            """
        }
    }
}

extension MediaDefect {
    /// Whether the rest of the file is missing. Then sending the whole file again helps.
    package var isTruncation: Bool {
        switch self {
        case .cutOff, .noMovieIndex, .noMediaData: true
        case .noPicture, .noTracks, .malformed, .tooManyParts: false
        }
    }

    fileprivate var text: String {
        switch self {
        case .cutOff: "is cut off: it ends before its format allows."
        case .noMovieIndex: "is cut off: its index (moov), which recorders write at the end, is missing."
        case .noMediaData: "is cut off: its index names pictures or sounds that are not in the file."
        case .noPicture: "has no picture in it."
        case .noTracks: "has neither pictures nor sound in it."
        case .malformed: "is damaged: its structure does not follow its format."
        case .tooManyParts: "has more parts than any camera or recorder makes."
        }
    }

    fileprivate var remedy: String {
        isTruncation
            ? "Send the whole file again from the device that made it. If it is as short there, take it again."
            : "Open it on the device that made it. If it opens there, save it as a new file, and send that."
    }
}
