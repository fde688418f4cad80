import FieldpostCore
import FieldpostWire

/// One write as its author meant it, identified by its content. Its dot, context, depth and stamp may change later; its
/// content may not.
struct WriteKey: Hashable, Comparable, CustomStringConvertible {
    let id: EntryID
    let report: ReportID
    private let content: Hash256

    /// Compared byte by byte: two texts that only look alike are different.
    init(_ id: EntryID, report: ReportID, author: String, change: Change) {
        let plain = Entry(
            id: id, dot: Dot(Origin(node: NodeID(publicKey: []), incarnation: Incarnation(0)), 1), report: report,
            previousSeq: 0, context: VersionVector(), depth: 1, author: author, stamp: .unknown, change: change)
        self.id = id
        self.report = report
        content = Hash256(hashing: EntryCodec().encode(plain))
    }

    init(_ entry: Entry) { self.init(entry.id, report: entry.report, author: entry.author, change: entry.change) }

    static func < (left: WriteKey, right: WriteKey) -> Bool {
        (left.id, left.content.hex) < (right.id, right.content.hex)
    }

    var description: String { "\(id.short)/\(content.hex.prefix(4))" }
}

/// One write, as its author made it.
struct Write {
    let key: WriteKey
    let report: ReportID
    let author: String
    let change: Change
    /// The author keeps to the protocol.
    let isHonest: Bool
    /// Its bytes become unreadable.
    let isPoisoned: Bool
    /// The numbers of the writes that its author had really seen; nil while no journal is known to have stored it.
    var seen: Set<Int>?
}

/// All writes of all authors, in the order in which they were made.
struct WriteBook {
    private(set) var writes: [Write] = []
    private var numbers: [WriteKey: Int] = [:]
    /// All grids that any write to a report ever named.
    private(set) var grids: [ReportID: Set<String>] = [:]

    subscript(number: Int) -> Write { writes[number] }

    /// The number of the write. The same content with the same id is the same write.
    mutating func add(
        _ id: EntryID, report: ReportID, author: String, change: Change, isHonest: Bool = true
    ) -> Int {
        let key = WriteKey(id, report: report, author: author, change: change)
        if let number = numbers[key] { return number }
        let isPoisoned = author == SimulatedCodec.poisoned || author == SimulatedCodec.poisonedWithoutDot
        numbers[key] = writes.count
        writes.append(
            Write(
                key: key, report: report, author: author, change: change, isHonest: isHonest, isPoisoned: isPoisoned,
                seen: nil))
        if case .text(let grid)? = change.fields[.grid] { grids[report, default: []].insert(grid) }
        return writes.count - 1
    }

    /// Whether an id belongs to only one write.
    func isAlone(_ number: Int) -> Bool { writes.count { $0.key.id == writes[number].key.id } == 1 }

    /// Nil for content that nobody wrote.
    func number(of key: WriteKey) -> Int? { numbers[key] }

    func numbers(of entries: some Sequence<Entry>) -> Set<Int> { Set(entries.compactMap { numbers[WriteKey($0)] }) }

    /// A journal stored it, or may have.
    mutating func taken(_ number: Int, seen: Set<Int>) { writes[number].seen = (writes[number].seen ?? []).union(seen) }

    /// Whether the author of one write had really seen the other.
    func hasSeen(_ number: Int, _ other: Int) -> Bool { writes[number].seen?.contains(other) ?? false }
}
