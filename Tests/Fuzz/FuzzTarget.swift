import MediaSamples

/// The fuzz targets. Each takes any bytes, and stops the process when a promise about them is broken.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// A whole connection: preamble and frames, cut in two places.
    case frames
    /// One frame after a hello: type, stream and payload, with a correct checksum.
    case messages
    /// The body of a batch: the claims of its header, then its data.
    case batches
    /// The columns form of a batch, uncompressed: what its header claims, then the form.
    case columns
    /// One entry's bytes.
    case entries
    /// The body of an HTTP request, or one of the texts in its header and query.
    case bodies
    /// A form with a report and photos, cut in any places; and the header fields of uploads.
    case uploads
    /// A photo, clip or sound that is recognized by its content.
    case recognition
    /// A photo whose Exif data are read; and Exif data alone.
    case exif
    /// A file whose metadata are taken out.
    case strip

    /// The longest useful input, in bytes.
    var longest: Int {
        switch self {
        case .frames, .messages, .batches, .columns, .recognition, .exif, .strip: 8 * 1024
        case .entries, .bodies, .uploads: 4 * 1024
        }
    }

    func run(_ bytes: [UInt8]) {
        switch self {
        case .frames: FrameTarget.run(bytes)
        case .messages: MessageTarget.run(bytes)
        case .batches: BatchTarget.run(bytes)
        case .columns: ColumnsTarget.run(bytes)
        case .entries: EntryTarget.run(bytes)
        case .bodies: BodyTarget.run(bytes)
        case .uploads: UploadTarget.run(bytes)
        case .recognition: RecognitionTarget.run(bytes)
        case .exif: ExifTarget.run(bytes)
        case .strip: StripTarget.run(bytes)
        }
    }

    /// The first inputs of every run: the published vectors, and the streams and entries that must be rejected. For
    /// photos and clips, a file of each format.
    func seeds() throws -> [[UInt8]] {
        switch self {
        case .frames: try ProtocolFiles.streams()
        case .messages: try ProtocolFiles.streams().flatMap(MessageTarget.inputs(from:))
        case .batches: try ProtocolFiles.batches()
        case .columns: try ProtocolFiles.columns()
        case .entries: try ProtocolFiles.entries()
        case .bodies: BodyTarget.examples
        case .uploads: UploadTarget.examples
        case .recognition, .strip: SampleFiles.all
        case .exif: SampleFiles.all + SampleFiles.exif
        }
    }
}
