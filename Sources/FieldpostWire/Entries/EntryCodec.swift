package import FieldpostCore

/// Entries and their bytes (PROTOCOL.md, section 5). Bytes are written once, where the change was made, and from then
/// on kept and relayed as they are.
package struct EntryCodec: EntryCoding {
    package init() {}

    /// The bytes of an entry, in the one form that `open` reads back. What breaks a limit is written all the same, and
    /// quarantined by whoever opens it: whoever takes changes in checks first.
    package func encode(_ entry: Entry) -> [UInt8] { EntryWriter.bytes(of: entry) }

    /// Reads the bytes that stand at `dot`. Never fails: bytes that cannot be read, break a limit or name another dot
    /// come back quarantined, with the reason.
    package func open(_ bytes: [UInt8], at dot: Dot) -> SealedEntry {
        SealedEntry(dot: dot, bytes: bytes, content: content(of: bytes, at: dot))
    }

    /// The dot that an entry's bytes name, whatever else they say; nil when they name none. For the feed, whose entries
    /// stand at no place but their own.
    package func dot(of bytes: [UInt8]) -> Dot? {
        do throws(FieldFault) {
            return try EntryReader.dot(from: bytes)
        } catch {
            return nil
        }
    }

    private func content(of bytes: [UInt8], at dot: Dot) -> SealedEntry.Content {
        do throws(FieldFault) {
            let entry = try EntryReader.entry(from: bytes)
            guard entry.dot == dot else { throw .malformed("it names \(entry.dot) and stands at \(dot)") }
            if let defect = entry.defect { throw .malformed(defect) }
            return .entry(entry)
        } catch {
            return .quarantined(reason: error.reason)
        }
    }
}
