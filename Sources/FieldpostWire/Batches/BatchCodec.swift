package import FieldpostCore

/// Entries as one body that inflates alone (PROTOCOL.md, section 7): each entry preceded by its length as a varint,
/// all of them deflated with the preset dictionary.
package enum BatchCodec {
    /// The body for these entries, in order. At least 1 and at most `Limits.batchEntries`, and together no more than
    /// `Limits.batchRawBytes`, lengths included.
    ///
    /// Stored where deflate gains nothing, or gains more than `Limits.inflateRatio` lets a receiver accept: a text of
    /// one repeated character must not stop the lane.
    package static func compress(_ entries: [[UInt8]]) -> CompressedEntries {
        let raw = pack(entries)
        precondition(
            !entries.isEmpty && entries.count <= Limits.batchEntries && raw.count <= Limits.batchRawBytes,
            "\(entries.count) entries in \(raw.count) bytes are no batch")
        let deflated = Deflater.deflate(raw, dictionary: Dictionaries.first)
        let pays = deflated.count < raw.count && raw.count <= deflated.count * Limits.inflateRatio
        return CompressedEntries(
            codec: pays ? .deflate : .stored, dictionary: pays ? Dictionaries.current : 0, count: UInt32(entries.count),
            rawBytes: UInt32(raw.count), data: pays ? deflated : raw)
    }

    /// The entries of a body. Takes no more memory than the body may claim, and that only as bytes really come out.
    ///
    /// Throws `badBatch` for bytes that are no such body, `limitExceeded` and `inflateTooLarge` over a limit.
    package static func expand(_ body: CompressedEntries) throws(Violation) -> [[UInt8]] {
        try check(
            BatchShape(
                codec: body.codec, dictionary: body.dictionary, count: body.count, rawBytes: body.rawBytes,
                dataBytes: body.data.count))
        switch body.codec {
        case .stored: return try unpack(body.data, count: Int(body.count))
        case .deflate:
            let dictionary = Dictionaries.bytes(of: body.dictionary) ?? []
            let raw = try Inflater.inflate(body.data, dictionary: dictionary, expecting: Int(body.rawBytes))
            return try unpack(raw, count: Int(body.count))
        }
    }

    private static func pack(_ entries: [[UInt8]]) -> [UInt8] {
        var raw: [UInt8] = []
        raw.reserveCapacity(entries.reduce(0) { $0 + $1.count + 4 })
        for entry in entries {
            Varint.append(UInt64(entry.count), to: &raw)
            raw.append(contentsOf: entry)
        }
        return raw
    }

    private static func unpack(_ raw: [UInt8], count: Int) throws(Violation) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        entries.reserveCapacity(count)
        var position = 0
        while position < raw.count {
            guard entries.count < count else { throw Violation(.badBatch, "more than the \(count) entries named") }
            guard let length = Varint.read(raw, at: &position, end: raw.count), length <= UInt64(raw.count - position)
            else {
                throw Violation(.badBatch, "entry \(entries.count + 1) of \(count) reaches beyond the batch")
            }
            entries.append(Array(raw[position..<position + Int(length)]))
            position += Int(length)
        }
        guard entries.count == count else {
            throw Violation(.badBatch, "\(entries.count) entries, where \(count) are named")
        }
        return entries
    }
}
