/// A whole file of a format that the product takes, recognized by its content.
package struct MediaFile: Hashable, Sendable {
    package let format: MediaFormat
    /// Nil for sound, and where no header states it.
    package let size: PixelSize?
    /// Of JPEG: coded in several scans of the whole image. Decoders then hold the whole image in memory.
    package let isProgressive: Bool
    /// Bytes up to the end of the format's own data. What follows belongs to nobody: the further images of a
    /// multi-picture file, the clip of a motion photo, or anything else.
    package let contentBytes: Int

    init(_ format: MediaFormat, size: PixelSize?, isProgressive: Bool = false, contentBytes: Int) {
        self.format = format
        self.size = size
        self.isProgressive = isProgressive
        self.contentBytes = contentBytes
    }

    /// Looks at the content of a file, and at its structure to the end.
    ///
    /// `mediaType` is what its sender declared. Nil, an empty text and `application/octet-stream` declare nothing.
    /// Fails with a `MediaRefusal` when the file is empty, of another format, cut off, damaged, or mislabelled. Throws
    /// only what the source throws.
    package static func recognize<Source: RandomAccessBytes>(
        _ source: Source, declaredAs mediaType: String? = nil
    ) throws(Source.Failure) -> Result<MediaFile, MediaRefusal> {
        var window = ByteWindow(source)
        let result = recognize(in: &window, declaredAs: mediaType ?? "")
        if let failure = window.failure { throw failure }
        return result
    }

    private static func recognize<Source>(
        in window: inout ByteWindow<Source>, declaredAs mediaType: String
    ) -> Result<MediaFile, MediaRefusal> {
        guard window.byteCount > 0 else { return .failure(.empty) }
        switch MediaSignature.of(&window) {
        case .unknown: return .failure(.unknown)
        case .notTaken(let name): return .failure(.notTaken(name))
        case .taken(let format):
            do throws(MediaDefect) {
                let file = try read(format, in: &window)
                guard MediaFormat.isUnspecific(mediaType) || file.format.mayBeDeclared(as: mediaType) else {
                    return .failure(.mislabelled(declared: mediaType, file.format))
                }
                return .success(file)
            } catch {
                return .failure(.defective(format, error))
            }
        }
    }

    private static func read<Source>(
        _ format: MediaFormat, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> MediaFile {
        switch format {
        case .jpeg: try jpeg(in: &window)
        case .png: try png(in: &window)
        case .webP: try webP(in: &window)
        case .heic, .heif: try heif(format, in: &window)
        case .mp4, .quickTime, .m4a: try movie(format, in: &window)
        case .aac: try aac(in: &window)
        case .ogg: try ogg(in: &window)
        }
    }
}
