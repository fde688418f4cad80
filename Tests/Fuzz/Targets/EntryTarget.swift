import FieldpostCore
import FieldpostWire

/// An entry opens or is quarantined. One that opens can be written and read again unchanged, and merges.
enum EntryTarget {
    private static let elsewhere = Dot(
        Origin(node: NodeID(Hash256(hashing: [])), incarnation: Incarnation(1)), 1)

    static func run(_ bytes: [UInt8]) {
        let codec = EntryCodec()
        let dot = codec.dot(of: bytes)
        let sealed = codec.open(bytes, at: dot ?? elsewhere)
        precondition(sealed.bytes == bytes, "an entry's bytes were changed")
        if (1...Limits.entryBytes).contains(bytes.count) {
            let packed = BatchCodec.compress([bytes])
            precondition((try? BatchCodec.expandWhole(packed)) == [bytes], "a batch does not give its entry back")
        }
        guard let entry = sealed.entry else { return }
        precondition(dot == entry.dot, "an entry opens at a dot that is not its own")
        let again = codec.open(codec.encode(entry), at: entry.dot)
        precondition(again.entry == entry, "after writing it again, an entry reads differently")
        guard entry.kind == .change else { return }
        let once = Report(id: entry.report, folding: [entry])
        precondition(Report(id: entry.report, folding: [entry, entry]) == once, "an entry counts twice")
    }
}
