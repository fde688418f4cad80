package import FieldpostCore

/// Packs entries into one body that inflates alone (PROTOCOL.md, section 7). Each entry is preceded by its length as a
/// varint. A withheld entry is written as length 0 and its hash. The whole is deflated with the preset dictionary.
package enum BatchCodec {
    /// The body for these entries, in order. There must be at least 1 and at most `Limits.batchEntries`, with a total
    /// of at most `Limits.batchRawBytes`, lengths included. No entry may have empty bytes.
    ///
    /// The body is stored without compression when deflate does not make it smaller, or makes it smaller than
    /// `Limits.inflateRatio` allows: a text of one repeated character must not stop the sync.
    ///
    /// `dictionaries`: the ones that the receiver named in its hello. No other is used.
    package static func compress(
        _ entries: [PackedEntry], for dictionaries: [UInt32] = Dictionaries.known
    ) -> CompressedEntries {
        let raw = pack(entries)
        precondition(
            !entries.isEmpty && entries.count <= Limits.batchEntries && raw.count <= Limits.batchRawBytes,
            "\(entries.count) entries in \(raw.count) bytes are not a valid batch")
        let dictionary = dictionaries.contains(Dictionaries.current) ? Dictionaries.current : 0
        let deflated = Deflater.deflate(raw, dictionary: Dictionaries.bytes(of: dictionary) ?? [])
        let pays = deflated.count < raw.count && raw.count <= deflated.count * Limits.inflateRatio
        return CompressedEntries(
            codec: pays ? .deflate : .stored, dictionary: pays ? dictionary : 0, count: UInt32(entries.count),
            rawBytes: UInt32(raw.count), data: pays ? deflated : raw)
    }

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
            return try unpack(try raw(of: body), count: Int(body.count))
        } catch {
            throw error.withAdvice
        }
    }

    private static func raw(of body: CompressedEntries) throws(Violation) -> [UInt8] {
        try check(
            BatchShape(
                codec: body.codec, dictionary: body.dictionary, count: body.count, rawBytes: body.rawBytes,
                dataBytes: body.data.count))
        guard body.codec == .deflate else { return body.data }
        let dictionary = Dictionaries.bytes(of: body.dictionary) ?? []
        return try Inflater.inflate(body.data, dictionary: dictionary, expecting: Int(body.rawBytes))
    }

    private static func pack(_ entries: [PackedEntry]) -> [UInt8] {
        var raw: [UInt8] = []
        raw.reserveCapacity(entries.reduce(0) { $0 + room(for: $1) })
        for entry in entries {
            switch entry {
            case .bytes(let bytes):
                precondition(!bytes.isEmpty, "an entry without bytes would read as a withheld one")
                Varint.append(UInt64(bytes.count), to: &raw)
                raw.append(contentsOf: bytes)
            case .withheld(let hash):
                Varint.append(0, to: &raw)
                hash.append(to: &raw)
            }
        }
        return raw
    }

    private static func room(for entry: PackedEntry) -> Int {
        switch entry {
        case .bytes(let bytes): bytes.count + 4
        case .withheld: 1 + Hash256.byteCount
        }
    }

    private static func unpack(_ raw: [UInt8], count: Int) throws(Violation) -> [PackedEntry] {
        var entries: [PackedEntry] = []
        entries.reserveCapacity(count)
        var position = 0
        while position < raw.count {
            guard entries.count < count else { throw Violation(.badBatch, "more than the \(count) declared entries") }
            guard let entry = unpackEntry(raw, at: &position) else {
                throw Violation(.badBatch, "entry \(entries.count + 1) of \(count) reaches beyond the batch")
            }
            entries.append(entry)
        }
        guard entries.count == count else {
            throw Violation(.badBatch, "\(entries.count) entries instead of the declared \(count)")
        }
        return entries
    }

    /// Returns the entry at `position` and moves `position` past it; nil when it reaches beyond the end.
    private static func unpackEntry(_ raw: [UInt8], at position: inout Int) -> PackedEntry? {
        guard let length = Varint.read(raw, at: &position, end: raw.count) else { return nil }
        let size = length == 0 ? UInt64(Hash256.byteCount) : length
        guard size <= UInt64(raw.count - position) else { return nil }
        let bytes = raw[position..<position + Int(size)]
        position += Int(size)
        return length == 0 ? Hash256(bytes: bytes).map(PackedEntry.withheld) : .bytes(Array(bytes))
    }
}
