import FieldpostCore

/// The raw form of entries (PROTOCOL.md, 7.1). Each entry is preceded by its length as a varint. A withheld entry is
/// written as length 0 and its hash.
enum RawForm {
    static func pack(_ entries: [PackedEntry]) -> [UInt8] {
        var raw: [UInt8] = []
        raw.reserveCapacity(size(of: entries))
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

    /// The bytes of the raw form.
    static func size(of entries: [PackedEntry]) -> Int {
        entries.reduce(0) { size, entry in
            switch entry {
            case .bytes(let bytes): size + Varint.size(UInt64(bytes.count)) + bytes.count
            case .withheld: size + 1 + Hash256.byteCount
            }
        }
    }

    static func unpack(_ raw: [UInt8], count: Int) throws(Violation) -> [PackedEntry] {
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
