import FieldpostCore
import Synchronization

/// Stands in for the wire's form of entries: the bytes are a number under which the entry is remembered.
final class MemoryCoding: EntryCoding {
    private let entries = Mutex<[Entry]>([])

    func encode(_ entry: Entry) -> [UInt8] {
        entries.withLock { entries in
            entries.append(entry)
            return Array("entry \(entries.count - 1)".utf8)
        }
    }

    func open(_ bytes: [UInt8], at dot: Dot) -> SealedEntry {
        let number = Int(String(decoding: bytes.dropFirst(6), as: UTF8.self))
        let entry = entries.withLock { entries in number.flatMap { entries.indices.contains($0) ? entries[$0] : nil } }
        guard let entry, entry.dot == dot else {
            return SealedEntry(dot: dot, bytes: bytes, content: .quarantined(reason: "not an entry"))
        }
        return SealedEntry(dot: dot, bytes: bytes, content: .entry(entry))
    }
}
