import FieldpostCore

/// What a batch declares about its entries before any of them is inflated.
struct BatchShape {
    let codec: CompressedEntries.Codec
    let dictionary: UInt32
    let count: UInt32
    let rawBytes: UInt32
    let dataBytes: Int
}

extension BatchCodec {
    /// Checks everything that can be checked before memory is taken (PROTOCOL.md, section 7).
    ///
    /// Throws `badBatch`, `limitExceeded` for counts, or `inflateTooLarge` for sizes.
    static func check(_ shape: BatchShape) throws(Violation) {
        switch (shape.codec, shape.dictionary) {
        case (.stored, 0), (.deflate, 0), (.deflate, Dictionaries.current): break
        case (.stored, let dictionary): throw Violation(.badBatch, "stored entries with dictionary \(dictionary)")
        case (.deflate, let dictionary): throw Violation(.badBatch, "dictionary \(dictionary) is unknown")
        }
        guard shape.count > 0 else { throw Violation(.badBatch, "no entries") }
        guard shape.count <= Limits.batchEntries else {
            throw Violation(.limitExceeded, "\(shape.count) entries; the limit is \(Limits.batchEntries)")
        }
        guard shape.rawBytes <= Limits.batchRawBytes else {
            throw Violation(.inflateTooLarge, "\(shape.rawBytes) bytes; the limit is \(Limits.batchRawBytes)")
        }
        guard Int(shape.rawBytes) <= shape.dataBytes * Limits.inflateRatio else {
            throw Violation(
                .inflateTooLarge,
                "\(shape.rawBytes) bytes from \(shape.dataBytes); the limit is 1:\(Limits.inflateRatio)"
            )
        }
        guard shape.rawBytes >= shape.count else {
            throw Violation(.badBatch, "\(shape.count) entries in \(shape.rawBytes) bytes")
        }
        guard shape.codec != .stored || Int(shape.rawBytes) == shape.dataBytes else {
            throw Violation(.badBatch, "\(shape.dataBytes) stored bytes instead of the declared \(shape.rawBytes)")
        }
    }
}
