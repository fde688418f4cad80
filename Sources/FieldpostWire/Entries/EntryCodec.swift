package import FieldpostCore

/// Converts between entries and their bytes (PROTOCOL.md, section 5). Bytes are written once, where the change was
/// made, and then kept and relayed unchanged.
package struct EntryCodec: EntryCoding {
    package init() {}

    /// The bytes of an entry, in the one form that `open` accepts. An entry that exceeds a limit is also written;
    /// `open` then quarantines it. Code that accepts changes must check the limits first.
    package func encode(_ entry: Entry) -> [UInt8] { EntryWriter.bytes(of: entry) }

    /// Reads the bytes of the entry at `dot`. Never fails: bytes that cannot be read, exceed a limit or name another
    /// dot come back quarantined, with the reason.
    package func open(_ bytes: [UInt8], at dot: Dot) -> SealedEntry {
        SealedEntry(dot: dot, bytes: bytes, content: content(of: bytes, at: dot))
    }

    /// The dot that an entry's bytes name, whatever else they contain; nil when they name none. Used for the feed,
    /// where only the bytes tell an entry's dot.
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
            guard entry.dot == dot else { throw .malformed("it names \(entry.dot) but is at \(dot)") }
            if let defect = entry.defect { throw .malformed(defect) }
            return .entry(entry)
        } catch {
            return .quarantined(reason: error.reason)
        }
    }
}
