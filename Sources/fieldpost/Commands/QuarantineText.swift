import FieldpostAPI
import FieldpostCore

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
                "\(Quantity.count(list.corrupt)) are corrupt or came without bytes. This node asks others for them at "
                    + "each connection. You need not do anything as long as a peer connects.")
        }
        if unreadable > 0 {
            lines.append(
                "\(Quantity.count(unreadable)) cannot be read by this version. They are kept unchanged. After an "
                    + "upgrade, read them again with `fieldpost quarantine replay --all`.")
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
        let merged =
            result.merged == 0
            ? "None of them can be read yet. They are kept unchanged, and no other entry waits for them.\n"
            : "\(Quantity.count(result.merged, "entry", "entries")) could be read now and "
                + (result.merged == 1 ? "is merged.\n" : "are merged.\n")
        let kept = (result.kept ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return merged
            + kept.map { "\(Quantity.count($0.value)) \($0.value == 1 ? "stays" : "stay"): \($0.key.visibleLine)\n" }
            .joined()
    }

    static func text(_ entry: QuarantineDetail) -> String {
        var text = "\(entry.dot.visibleLine)\n  Why: \(entry.reason.visibleLine).\n  \(advice(entry.cause))\n"
        text += "  Hash: \(entry.hash?.visibleLine ?? "damaged")\n"
        guard entry.bytes > 0 else { return text + "  No bytes of it are here.\n" }
        let bytes = Hex.decode(entry.start) ?? []
        text += "  \(Quantity.count(entry.bytes, "byte"))"
        text += bytes.count < entry.bytes ? ", the first \(bytes.count):\n" : ":\n"
        return text + dump(bytes)
    }

    /// What a person can do.
    private static func advice(_ cause: String) -> String {
        switch cause {
        case "unreadable":
            "What to do: upgrade this node, then `fieldpost quarantine replay`. It is kept unchanged until then."
        case "corrupt", "withheld":
            "What to do: nothing, as long as a peer connects: it is asked for the entry. Replaying does not help."
        case "beyond-share":
            "What to do: look at that gateway, which no honest one does. The entry is never merged, and stays as proof."
        default: "What to do: ask the maintainers of this system. It is kept unchanged."
        }
    }

    /// 16 bytes a line: place, digits, and the characters that are printable ASCII.
    static func dump(_ bytes: [UInt8]) -> String {
        stride(from: 0, to: bytes.count, by: 16).map { start in
            let line = bytes[start..<min(start + 16, bytes.count)]
            let place = String(start, radix: 16)
            let digits = line.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
            let printable = line.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: ".") }
            let shown = String(decoding: printable, as: UTF8.self)
            return "  " + String(repeating: "0", count: max(0, 4 - place.count)) + place + "  "
                + DisplayWidth.pad(digits, columns: 47) + "  " + shown + "\n"
        }.joined()
    }
}
