import FieldpostClient
import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// The output of `fieldpost repair`.
enum RepairText {
    /// `doubts`: results of checks that a second check did not confirm.
    static func sound(_ directory: String, doubts: [String]) -> String {
        """
        The journal in \(directory) is not damaged: every page was read. Nothing was changed.
        \(told(doubts))If the node still ends with status 65, `fieldpost repair --force` builds a new journal.

        """
    }

    private static func told(_ doubts: [String]) -> String {
        doubts.map { "A check failed (\($0)), but a second check did not confirm it. It does not count as damage.\n" }
            .joined()
    }

    static func checked(_ findings: SalvageFindings, damage: String?, doubts: [String]) -> String {
        """
        \(damage.map { "The journal is damaged: \($0)." } ?? told(doubts) + "No damage was found in the journal.")
        \(found(findings))\(beyond(findings))
        Nothing was changed.\(damage == nil ? "" : " `fieldpost repair` builds a new journal from these entries.")

        """
    }

    static func rebuilt(_ rebuilt: Rebuilt, damage: String?) -> String {
        """
        \(damage.map { "The journal was damaged: \($0)." } ?? "A new journal was built, as requested.")
        \(found(rebuilt.findings))
        kept   \(Quantity.count(rebuilt.kept)) entries in their places
        moved  \(Quantity.count(rebuilt.moved)) entries of this node to its new incarnation, with the same ids
        holds  \(Quantity.count(rebuilt.reports.reports)) reports, digest \(rebuilt.reports.digest.hex)
        The damaged files were renamed. Keep them until central holds all entries of this node:
        \(rebuilt.setAside.map { "  \($0)\n" }.joined())
        Next: start the daemon. It fetches unreadable entries from the nodes that hold them.

        """
    }

    static func object(_ findings: SalvageFindings, damage: String?) -> JSONValue {
        .object(members(findings, damage: damage))
    }

    static func object(_ rebuilt: Rebuilt, damage: String?) -> JSONValue {
        var members = members(rebuilt.findings, damage: damage)
        members["is_rebuilt"] = .boolean(true)
        members["incarnation"] = .text("\(rebuilt.origin.incarnation)")
        members["kept"] = .integer(Int64(rebuilt.kept))
        members["moved"] = .integer(Int64(rebuilt.moved))
        members["reports"] = .integer(Int64(rebuilt.reports.reports))
        members["digest"] = .text(rebuilt.reports.digest.hex)
        members["set_aside"] = .list(rebuilt.setAside.map { .text($0) })
        return .object(members)
    }

    private static func found(_ findings: SalvageFindings) -> String {
        """
        found  \(Quantity.count(findings.entries)) intact entries of \(Quantity.count(findings.origins.count)) origins \
        in \(Quantity.count(findings.pages)) pages; \(Quantity.count(findings.corrupt)) corrupt
        """
    }

    private static func beyond(_ findings: SalvageFindings) -> String {
        guard findings.ownBeyondGap > 0 else { return "" }
        return """

            moves  \(Quantity.count(findings.ownBeyondGap)) entries of this node would move to a new incarnation, \
            because some entries before them are missing
            """
    }

    private static func members(_ findings: SalvageFindings, damage: String?) -> [String: JSONValue] {
        [
            "is_damaged": .boolean(damage != nil), "damage": damage.map { .text($0) } ?? .null,
            "is_rebuilt": .boolean(false), "files": .list(findings.files.map { .text($0) }),
            "pages": .integer(findings.pages), "entries": .integer(Int64(findings.entries)),
            "corrupt": .integer(Int64(findings.corrupt)),
            "origins": .list(
                findings.origins.map { origin in
                    .object([
                        "origin": .text("\(origin.origin)"), "is_own": .boolean(origin.isOwn),
                        "head": .integer(Int64(origin.head)), "beyond_gap": .integer(Int64(origin.beyond)),
                        "last": .integer(Int64(origin.last)),
                    ])
                }),
        ]
    }
}
