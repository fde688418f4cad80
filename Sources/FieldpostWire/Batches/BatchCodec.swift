package import FieldpostCore

/// Packs entries into one body that can be read alone (PROTOCOL.md, section 7). The entries' fields are put in columns,
/// and these are deflated with the preset dictionary. What does not shrink is stored entry by entry, as `RawForm` says.
package enum BatchCodec {
    /// The body for these entries, in order. There must be at least 1 and at most `Limits.batchEntries`, with a total
    /// of at most `Limits.batchRawBytes`, lengths included. No entry may have empty bytes.
    ///
    /// The body is stored without compression when deflate does not make it smaller, or makes it smaller than
    /// `Limits.inflateRatio` allows: a text of one repeated character must not stop the sync.
    ///
    /// It is also stored when the columns would give other bytes back: these would stop the sync for good, so a defect
    /// here must cost only room.
    ///
    /// `dictionaries`: the ones that the receiver named in its hello. No other is used.
    package static func compress(
        _ entries: [PackedEntry], for dictionaries: [UInt32] = Dictionaries.known
    ) -> CompressedEntries {
        let rawBytes = RawForm.size(of: entries)
        precondition(
            !entries.isEmpty && entries.count <= Limits.batchEntries && rawBytes <= Limits.batchRawBytes,
            "\(entries.count) entries in \(rawBytes) bytes are not a valid batch")
        let form = ColumnsWriter.form(of: entries)
        let dictionary = dictionaries.contains(Dictionaries.current) ? Dictionaries.current : 0
        let deflated = Deflater.deflate(form, dictionary: Dictionaries.bytes(of: dictionary) ?? [])
        let pays =
            form.count <= formLimit(rawBytes) && deflated.count < rawBytes
            && rawBytes <= deflated.count * Limits.inflateRatio
            && ColumnsReader.gives(form, entries, rawBytes: rawBytes)
        return CompressedEntries(
            codec: pays ? .deflate : .stored, dictionary: pays ? dictionary : 0, count: UInt32(entries.count),
            rawBytes: UInt32(rawBytes), data: pays ? deflated : RawForm.pack(entries))
    }

    /// The most bytes of a columns form. It may be longer than the raw form: a single entry shares its shape with none,
    /// and each column has a head.
    private static func formLimit(_ rawBytes: Int) -> Int { 2 * rawBytes }

    /// The same when no entry is withheld.
    package static func compress(_ entries: [[UInt8]]) -> CompressedEntries {
        compress(entries.map(PackedEntry.bytes))
    }

    /// The entries of a body that must not withhold any: a body of the feed, or a fetched one.
    ///
    /// Throws like `expand`, and `badBatch` for a withheld entry.
    package static func expandWhole(_ body: CompressedEntries) throws(Violation) -> [[UInt8]] {
        var whole: [[UInt8]] = []
        for (offset, entry) in try expand(body).enumerated() {
            guard case .bytes(let bytes) = entry else {
                throw Violation(.badBatch, "entry \(offset + 1) of \(body.count) is withheld").withAdvice
            }
            whole.append(bytes)
        }
        return whole
    }

    /// The entries of a body. Memory grows only with the bytes that really come out, and never beyond what the body may
    /// claim.
    ///
    /// Throws `badBatch` for bytes that are not such a body, and `limitExceeded` or `inflateTooLarge` when a limit is
    /// exceeded.
    package static func expand(_ body: CompressedEntries) throws(Violation) -> [PackedEntry] {
        do throws(Violation) {
            try check(
                BatchShape(
                    codec: body.codec, dictionary: body.dictionary, count: body.count, rawBytes: body.rawBytes,
                    dataBytes: body.data.count))
            switch body.codec {
            case .stored: return try RawForm.unpack(body.data, count: Int(body.count))
            case .deflate:
                let form = try Inflater.inflate(
                    body.data, dictionary: Dictionaries.bytes(of: body.dictionary) ?? [],
                    limit: formLimit(Int(body.rawBytes)))
                return try ColumnsReader.entries(of: form, count: Int(body.count), rawBytes: Int(body.rawBytes))
            }
        } catch {
            throw error.withAdvice
        }
    }
}
