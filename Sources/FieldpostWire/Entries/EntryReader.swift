import FieldpostCore

/// Reads an entry's bytes. An error is a reason to quarantine the entry.
enum EntryReader {
    static func entry(from bytes: [UInt8]) throws(FieldFault) -> Entry {
        guard bytes.count <= Limits.entryBytes else {
            throw .malformed("an entry of \(bytes.count) bytes; the limit is \(Limits.entryBytes)")
        }
        var origin: Origin?
        var id: EntryID?
        var report: ReportID?
        var stamp: Stamp?
        var kind: UInt32 = 0
        var (seq, previousSeq, depth) = (UInt64(0), UInt64(0), UInt64(0))
        var context = ContextReader(bytes)
        var author = ""
        var change: Range<Int>?

        var part = self.part(of: bytes)
        while let number = try part.next() {
            switch number {
            case EntryField.origin: origin = try part.origin()
            case EntryField.seq: seq = try part.integer()
            case EntryField.kind: kind = try part.integer32()
            case EntryField.id: id = try part.id()
            case EntryField.report: report = try part.id()
            case EntryField.previousSeq: previousSeq = try part.integer()
            case EntryField.context: try context.take(part.part())
            case EntryField.depth: depth = try part.integer()
            case EntryField.author: author = try part.text(limit: Limits.shortTextBytes)
            case EntryField.stamp: stamp = try self.stamp(bytes, part.part())
            case EntryField.change: change = try part.part()
            default: break  // a field of a later version: it stays in the bytes
            }
        }
        guard let origin, let id, let report, let stamp else {
            throw .malformed("it lacks its origin, id, report or stamp")
        }
        guard kind != 0 else { throw .malformed("it has no kind") }
        guard seq <= Limits.seq else { throw .malformed("seq \(seq) is out of range") }
        var entry = Entry(
            id: id, dot: Dot(origin, seq), kind: self.kind(of: kind), report: report, previousSeq: previousSeq,
            context: context.vector, depth: depth, author: author, stamp: stamp, change: Change())
        // Only a later version knows what the change of an unknown kind means.
        if case .unknown = entry.kind { return entry }
        if let change { entry.change = try ChangeReader.change(bytes, change) }
        return entry
    }

    private static func kind(of number: UInt32) -> Entry.Kind {
        switch number {
        case 1: .change
        case 2: .incident
        case 3: .auditEvent
        case 4: .setting
        default: .unknown(number)
        }
    }

    /// Reads only the dot: the first two fields.
    static func dot(from bytes: [UInt8]) throws(FieldFault) -> Dot? {
        var part = self.part(of: bytes)
        guard try part.next() == EntryField.origin else { return nil }
        let origin = try part.origin()
        guard try part.next() == EntryField.seq else { return nil }
        let seq = try part.integer()
        return seq > 0 && seq <= Limits.seq ? Dot(origin, seq) : nil
    }

    private static func part(of bytes: [UInt8]) -> PartReader {
        PartReader(
            bytes, in: bytes.indices, known: EntryField.change, repeated: EntryField.context...EntryField.context)
    }

    private static func stamp(_ bytes: [UInt8], _ range: Range<Int>) throws(FieldFault) -> Stamp {
        var boot: BootID?
        var (wall, monotonic) = (Int64(0), UInt64(0))
        var part = PartReader(bytes, in: range, known: EntryField.Stamp.monotonic)
        while let number = try part.next() {
            switch number {
            case EntryField.Stamp.boot: boot = try part.id()
            case EntryField.Stamp.wall: wall = Int64(bitPattern: try part.integer())
            case EntryField.Stamp.monotonic: monotonic = try part.integer()
            default: break
            }
        }
        guard let boot else { throw .malformed("its stamp names no boot") }
        return Stamp(wallMilliseconds: wall, boot: boot, monotonicMilliseconds: monotonic)
    }
}
