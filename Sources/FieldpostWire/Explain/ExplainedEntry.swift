package import FieldpostCore

/// One entry that a frame carries.
package struct ExplainedEntry: Sendable {
    /// Nil when the bytes name none.
    package let dot: Dot?
    package let byteCount: Int
    /// "change", "auditEvent" …; "withheld" when only the hash was sent. Nil when it could not be read.
    package var kind: String?
    /// Nil for an entry that belongs to no report.
    package var report: ReportID?
    /// Of a withheld entry.
    package var hash: Hash256?
    /// What it changes: the names of its fields, and how many notes, traces and so on it has.
    package var parts: [String] = []
    /// What it sets, by field, and its notes and traces. Empty unless values were asked for.
    package var values: [(name: String, text: String)] = []
    /// Why a node would put it in quarantine (PROTOCOL.md, section 5).
    package var fault: String?

    /// The entries of a message, or none. Throws `badBatch`, `limitExceeded` or `inflateTooLarge`.
    static func all(in message: Message, showsValues: Bool) throws(Violation) -> [ExplainedEntry] {
        switch message {
        case .batch(let batch):
            var entries: [ExplainedEntry] = []
            for (place, packed) in try BatchCodec.expand(batch.body).enumerated() {
                let dot = Dot(batch.origin, batch.firstSeq + UInt64(place))
                switch packed {
                case .bytes(let bytes): entries.append(ExplainedEntry(bytes, at: dot, showsValues: showsValues))
                case .withheld(let hash): entries.append(ExplainedEntry(withheld: hash, at: dot))
                }
            }
            return entries
        case .feedBatch(let batch): return try whole(batch.body, showsValues: showsValues)
        case .fetched(let fetched): return try whole(fetched.body, showsValues: showsValues)
        case .early(let early): return [ExplainedEntry(early.bytes, at: early.dot, showsValues: showsValues)]
        default: return []
        }
    }

    private static func whole(
        _ body: CompressedEntries?, showsValues: Bool
    ) throws(Violation) -> [ExplainedEntry] {
        guard let body else { return [] }
        var entries: [ExplainedEntry] = []
        for bytes in try BatchCodec.expandWhole(body) {
            entries.append(ExplainedEntry(bytes, at: EntryCodec().dot(of: bytes), showsValues: showsValues))
        }
        return entries
    }

    private init(withheld hash: Hash256, at dot: Dot) {
        (self.dot, byteCount, kind, self.hash) = (dot, 0, "withheld", hash)
    }

    /// `dot`: where it stands. Nil when its bytes name no dot.
    private init(_ bytes: [UInt8], at dot: Dot?, showsValues: Bool) {
        (self.dot, byteCount) = (dot, bytes.count)
        guard let dot else {
            fault = "its bytes name no dot"
            return
        }
        switch EntryCodec().open(bytes, at: dot).content {
        case .quarantined(let reason): fault = reason
        case .entry(let entry): describe(entry, showsValues: showsValues)
        }
    }

    private mutating func describe(_ entry: Entry, showsValues: Bool) {
        kind = if case .unknown(let number) = entry.kind { "unknown kind \(number)" } else { "\(entry.kind)" }
        report = entry.report == .none ? nil : entry.report
        let change = entry.change
        let fields = change.fields.sorted { $0.key < $1.key }
        parts = fields.map(\.key.rawValue)
        let counts = [
            ("notes", change.notes.count), ("traces", change.traces.count),
            ("attachments", change.attachments.count), ("removals", change.removals.count),
            ("cuts", change.cuts.count),
        ]
        parts += counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
        // What an audit event says may be about a password.
        guard showsValues, entry.kind != .auditEvent else { return }
        values = fields.map { ($0.key.rawValue, Self.text($0.value)) }
        values += change.notes.map { ("note", $0.text) }
        values += change.traces.map { ("trace", [$0.stage, $0.department, $0.text].joined(separator: " ")) }
    }

    private static func text(_ value: FieldValue) -> String {
        switch value {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .location(let location): ExplainedValue(location, showsValues: true).line
        case .cleared: "(cleared)"
        }
    }
}
