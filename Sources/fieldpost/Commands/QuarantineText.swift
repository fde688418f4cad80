import FieldpostAPI

/// The output of `quarantine` for people.
enum QuarantineText {
    static func text(_ list: QuarantineList) -> String {
        var table = TextTable([("ENTRY", .left), ("BYTES", .right), ("REASON", .left)])
        for entry in list.entries {
            table.add([entry.dot.visibleLine, Quantity.count(entry.bytes), entry.reason.visibleLine])
        }
        var lines: [String] = []
        let shown = list.entries.count
        if shown < list.total { lines.append("The first \(Quantity.count(shown)) of \(Quantity.count(list.total)).") }
        let unreadable = list.total - list.corrupt
        if list.corrupt > 0 {
            lines.append(
                "\(Quantity.count(list.corrupt)) are corrupt or came without bytes. This node asks other nodes for "
                    + "them at each connection. You need not do anything as long as a peer connects.")
        }
        if unreadable > 0 {
            lines.append(
                "\(Quantity.count(unreadable)) cannot be read by this version. They are kept unchanged. After an "
                    + "upgrade, read them again with `fieldpost quarantine --replay`.")
        }
        if list.unread > 0 {
            lines.append(
                "\(Quantity.count(list.unread)) of this node's entries are kept by central but cannot be read there. "
                    + "They are merged here. Upgrade central, and replay its quarantine.")
        }
        if list.orphans > 0 {
            lines.append(
                "\(Quantity.count(list.orphans)) kept apart, because other entries have their dots. They are not "
                    + "merged anywhere. Keep the journal, and ask the maintainers of this system.")
        }
        guard !lines.isEmpty else { return "No entries are in quarantine.\n" }
        return (shown > 0 ? table.text + "\n" : "") + lines.joined(separator: "\n") + "\n"
    }

    static func text(_ result: ReplayedQuarantine) -> String {
        result.merged == 0
            ? "None of them can be read yet. They are kept unchanged, and no other entry waits for them.\n"
            : "\(Quantity.count(result.merged, "entry", "entries")) could be read now and "
                + (result.merged == 1 ? "is merged.\n" : "are merged.\n")
    }
}
