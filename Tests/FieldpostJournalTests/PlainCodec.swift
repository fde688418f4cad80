import FieldpostCore

/// A plain form of entries for these tests alone: fixed-width numbers and length-prefixed bytes, in the order of the
/// declarations. The product's own form belongs to the wire.
struct PlainCodec: EntryCoding {
    func encode(_ entry: Entry) -> [UInt8] {
        var writer = PlainWriter()
        writer.put(entry.dot.origin.bytes)
        writer.put(entry.dot.seq)
        writer.put(entry.id.bytes)
        switch entry.kind {
        case .change: writer.put(UInt64(0))
        case .unknown(let kind): writer.put(UInt64(kind))
        }
        writer.put(entry.report.bytes)
        writer.put(entry.previousSeq)
        writer.put(entry.depth)
        writer.put(entry.author)
        writer.put(UInt64(bitPattern: entry.stamp.wallMilliseconds))
        writer.put(entry.stamp.boot.bytes)
        writer.put(entry.stamp.monotonicMilliseconds)
        writer.put(entry.clock.pairs) {
            $0.put($1.origin.bytes)
            $0.put($1.seq)
        }
        writer.put(entry.change)
        return writer.bytes
    }

    func open(_ bytes: [UInt8], at dot: Dot) -> SealedEntry {
        var reader = PlainReader(bytes)
        guard let entry = reader.entry() else {
            return SealedEntry(dot: dot, bytes: bytes, content: .quarantined(reason: "the bytes cannot be read"))
        }
        if entry.dot != dot {
            return SealedEntry(dot: dot, bytes: bytes, content: .quarantined(reason: "the bytes name another dot"))
        }
        if let defect = entry.defect {
            return SealedEntry(dot: dot, bytes: bytes, content: .quarantined(reason: defect))
        }
        return SealedEntry(dot: dot, bytes: bytes, content: .entry(entry))
    }
}

extension PlainCodec {
    /// The dot that an entry's bytes name: those of the feed come without one.
    static func dot(of bytes: [UInt8]) -> Dot? {
        var reader = PlainReader(bytes)
        return reader.entry()?.dot
    }
}

struct PlainWriter {
    var bytes: [UInt8] = []

    mutating func put(_ number: UInt64) { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }

    mutating func put(_ part: [UInt8]) {
        put(UInt64(part.count))
        bytes.append(contentsOf: part)
    }

    mutating func put(_ text: String) {
        put(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func put<Value>(_ list: some Collection<Value>, _ each: (inout PlainWriter, Value) -> Void) {
        put(UInt64(list.count))
        for value in list { each(&self, value) }
    }

    mutating func put(_ change: Change) {
        put(change.fields.sorted { $0.key < $1.key }) {
            $0.put($1.key.rawValue)
            $0.put($1.value)
        }
        put(change.notes) { $0.put($1.text) }
        put(change.traces) {
            $0.put($1.stage)
            $0.put($1.department)
            $0.put($1.text)
        }
        put(change.attachments) {
            $0.put($1.blob.bytes)
            $0.put($1.mediaType)
            $0.put($1.byteCount)
        }
        put(change.removals.sorted()) {
            $0.put($1.entry.bytes)
            $0.put(UInt64($1.index))
        }
    }

    mutating func put(_ value: FieldValue) {
        switch value {
        case .cleared: put(UInt64(0))
        case .text(let text):
            put(UInt64(1))
            put(text)
        case .integer(let number):
            put(UInt64(2))
            put(UInt64(bitPattern: number))
        case .location(let location):
            put(UInt64(3))
            put(UInt64(UInt32(bitPattern: location.latitudeE7)))
            put(UInt64(UInt32(bitPattern: location.longitudeE7)))
            put(location.datum.rawValue)
            put(UInt64(location.accuracyCentimetres))
        }
    }
}

struct PlainReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func entry() -> Entry? {
        guard let origin = part().flatMap({ Origin(bytes: $0) }), let seq = number(),
            let id = part().flatMap({ EntryID(bytes: $0) }), let kind = number(),
            let report = part().flatMap({ ReportID(bytes: $0) }), let previous = number(), let depth = number(),
            let author = text(), let wall = number(), let boot = part().flatMap({ BootID(bytes: $0) }),
            let monotonic = number(), let clock = clock(), let change = change(), rest.isEmpty
        else { return nil }
        return Entry(
            id: id, dot: Dot(origin, seq), kind: kind == 0 ? .change : .unknown(UInt32(truncatingIfNeeded: kind)),
            report: report, previousSeq: previous, clock: clock, depth: depth, author: author,
            stamp: Stamp(
                wallMilliseconds: Int64(bitPattern: wall), boot: boot, monotonicMilliseconds: monotonic),
            change: change)
    }

    private mutating func clock() -> VersionVector? {
        list { reader in
            guard let origin = reader.part().flatMap({ Origin(bytes: $0) }), let seq = reader.number() else {
                return nil
            }
            return (origin, seq)
        }.map { VersionVector($0) }
    }

    private mutating func change() -> Change? {
        let fields = list { reader -> (FieldName, FieldValue)? in
            guard let name = reader.text(), let value = reader.value() else { return nil }
            return (FieldName(rawValue: name), value)
        }
        let notes = list { $0.text().map(Note.init(text:)) }
        let traces = list { reader -> Trace? in
            guard let stage = reader.text(), let department = reader.text(), let text = reader.text() else {
                return nil
            }
            return Trace(stage: stage, department: department, text: text)
        }
        let attachments = list { reader -> Attachment? in
            guard let blob = reader.part().flatMap({ Hash256(bytes: $0) }), let type = reader.text(),
                let count = reader.number()
            else { return nil }
            return Attachment(blob: blob, mediaType: type, byteCount: count)
        }
        let removals = list { reader -> ElementID? in
            guard let entry = reader.part().flatMap({ EntryID(bytes: $0) }), let index = reader.number() else {
                return nil
            }
            return ElementID(entry: entry, index: UInt32(truncatingIfNeeded: index))
        }
        guard let fields, let notes, let traces, let attachments, let removals else { return nil }
        return Change(
            fields: Dictionary(fields) { first, _ in first }, notes: notes, traces: traces, attachments: attachments,
            removals: Set(removals))
    }

    private mutating func value() -> FieldValue? {
        switch number() {
        case 0: return .cleared
        case 1: return text().map(FieldValue.text)
        case 2: return number().map { .integer(Int64(bitPattern: $0)) }
        case 3:
            guard let latitude = number(), let longitude = number(), let datum = text().flatMap(Location.Datum.init),
                let accuracy = number()
            else { return nil }
            return .location(
                Location(
                    latitudeE7: Int32(bitPattern: UInt32(truncatingIfNeeded: latitude)),
                    longitudeE7: Int32(bitPattern: UInt32(truncatingIfNeeded: longitude)), datum: datum,
                    accuracyCentimetres: UInt32(truncatingIfNeeded: accuracy)))
        default: return nil
        }
    }

    private mutating func list<Value>(_ each: (inout PlainReader) -> Value?) -> [Value]? {
        guard let count = number() else { return nil }
        var values: [Value] = []
        for _ in 0..<min(count, 100_000) {
            guard let value = each(&self) else { return nil }
            values.append(value)
        }
        return values
    }

    private mutating func number() -> UInt64? {
        guard rest.count >= 8 else { return nil }
        defer { rest = rest.dropFirst(8) }
        return rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }

    private mutating func part() -> ArraySlice<UInt8>? {
        guard let count = number(), count <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }

    private mutating func text() -> String? { part().map { String(decoding: $0, as: UTF8.self) } }
}
