import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// The journal, as its files show it.
enum JournalExamination {
    static var libraryVersion: String { JournalLook.libraryVersion }

    static func finding(directory: String, node: NodeID) -> Finding {
        do throws(JournalError) {
            guard let look = try JournalLook(directory: directory, node: node) else {
                return .ok("journal", "none here that a node has opened; the next start makes or checks it")
            }
            let size = Quantity.bytes(look.fileBytes)
            guard !look.isOlder else {
                return .ok("journal", "schema \(look.version), \(size); the next start migrates it to this version")
            }
            let scrub = look.scrubPhase.map { "; the scrub goes on at \($0)" } ?? ""
            let text = "schema \(look.version), \(size), \(Quantity.count(look.reports, "report"))\(scrub)"
            guard look.quarantined > 0 else { return .ok("journal", text) }
            let entries = Quantity.count(look.quarantined, "entry", "entries")
            guard look.corrupt == 0 else {
                return .fault(
                    "journal", "\(text); \(entries) in quarantine, \(Quantity.count(look.corrupt)) of them corrupt",
                    mend: "keep the link up: other nodes are asked for them. Check the disk (`smartctl -a`)")
            }
            return .warning(
                "journal", "\(text); \(entries) in quarantine",
                mend: "`fieldpost quarantine` lists them; a newer version may read them")
        } catch {
            return .fault(
                "journal", error.description, mend: "stop the node, and run `fieldpost repair --check`")
        }
    }
}
