/// A file without what it says of its maker, time and place, made without recompression: parts of the original are left
/// out, and a few bytes are put in. It holds no content itself, and reads the original when it is read. So any part of
/// it can be served, and it costs no memory.
package struct StrippedFile<Source: RandomAccessBytes>: RandomAccessBytes {
    private let original: Source
    private let plan: StripPlan

    fileprivate init(_ original: Source, _ plan: StripPlan) {
        (self.original, self.plan) = (original, plan)
    }

    package var byteCount: Int { plan.byteCount }

    package func read(at offset: Int, count: Int) throws(Source.Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = plan.index(at: offset)
        var skipped = index < plan.pieces.count ? offset - plan.starts[index] : 0
        while bytes.count < count, index < plan.pieces.count {
            let piece = plan.pieces[index]
            let wanted = min(piece.count - skipped, count - bytes.count)
            switch piece {
            case .original(let range):
                let part = try original.read(at: range.lowerBound + skipped, count: wanted)
                bytes += part
                // The original became shorter.
                guard part.count == wanted else { return bytes }
            case .inserted(let part): bytes += part[skipped..<(skipped + wanted)]
            case .zeros: bytes += [UInt8](repeating: 0, count: wanted)
            }
            (index, skipped) = (index + 1, 0)
        }
        return bytes
    }
}

extension StrippedFile: Sendable where Source: Sendable {}

/// Why there is no stripped form of a file. Only those who may see its metadata may then see the file.
package enum StripRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing here strips this format; or the file has a part that decoders need, and whose content is not known here.
    case noStripper(MediaFormat)
    /// The structure of the file cannot be followed to its end.
    case defective(MediaFormat, MediaDefect)

    package var description: String {
        switch self {
        case .noStripper(let format): "Metadata cannot be taken out of this \(format.name) file."
        case .defective(let format, let defect): MediaRefusal.defective(format, defect).description
        }
    }
}

extension MediaFile {
    /// The file without metadata: no Exif data but the orientation, no XMP, IPTC or comments, no further images, no
    /// data after the end. Pixels, sound, colour profiles and the orientation stay as they are.
    ///
    /// `source` must hold the file that was recognized. Throws only what the source throws.
    package func stripped<Source: RandomAccessBytes>(
        _ source: Source
    ) throws(Source.Failure) -> Result<StrippedFile<Source>, StripRefusal> {
        var window = ByteWindow(source)
        let result = plan(in: &window).map { StrippedFile(source, $0) }
        if let failure = window.failure { throw failure }
        return result
    }

    private func plan<Source>(in window: inout ByteWindow<Source>) -> Result<StripPlan, StripRefusal> {
        let structure = ExifLocation.structure(of: format, in: &window)
        let orientation = structure.flatMap { PhotoMetadata(exif: $0).orientation }
        do throws(MediaDefect) {
            let plan: StripPlan? =
                switch format {
                case .jpeg: try StripPlan.jpeg(orientation, in: &window)
                case .png: try StripPlan.png(orientation, in: &window)
                case .webP: try StripPlan.webP(orientation, in: &window)
                case .aac: try StripPlan.aac(in: &window)
                case .mp4, .quickTime, .m4a: try StripPlan.movie(contentBytes: contentBytes, in: &window)
                case .heic, .heif, .ogg: nil
                }
            return plan.map { .success($0) } ?? .failure(.noStripper(format))
        } catch {
            return .failure(.defective(format, error))
        }
    }
}
