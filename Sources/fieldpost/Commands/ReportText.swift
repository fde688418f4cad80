import FieldpostClient
import FieldpostCore
import FieldpostHTTP

/// A report in the API's form, for people. Members that are missing in the answer are left out. Texts of others are
/// made safe to print, and none can begin a line.
enum ReportText {
    static func text(_ given: JSONValue) -> String {
        let report = given.visible
        var lines = [
            (report["id"]?.text ?? "?").visibleLine + (report["conflict"]?.boolean == true ? "  in conflict" : "")
        ]
        lines += fields(report)
        lines += elements(report, "notes", title: "Notes 备注") { ($0["text"]?.text ?? "") + audience($0) }
        lines += elements(report, "traces", title: "Handling 流转", trace)
        lines += elements(report, "attachments", title: "Attachments 附件") {
            PhotoText.attachment($0)
        }
        lines += elements(report, "history", title: "History 历史", history)
        lines += elements(report, "unconfirmed", title: "Unconfirmed 未经证实", history)
        if let reused = report["id_reused"]?.list, !reused.isEmpty {
            lines += ["", "Ids that several entries with different contents use:"]
            lines += reused.map { "  " + ($0.text ?? "?").visibleLine }
        }
        if let gaps = report["gaps"]?.list, !gaps.isEmpty {
            lines += [
                "",
                "Entries of \(gaps.count) node(s) are missing here. Their changes are not shown until they arrive.",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let titles: [FieldName: String] = [
        .channel: "渠道 channel", .category: "类别 category", .text: "描述 text", .location: "位置 location",
        .capturedAt: "时间 captured_at", .device: "设备 device", .reporter: "上报人 reporter", .priority: "优先级 priority",
        .grid: "网格 grid", .stage: "环节 stage", .department: "部门 department",
        .setAside: "未采信值 set_aside",
    ]

    private static func fields(_ report: JSONValue) -> [String] {
        let fields = report["fields"]?.object ?? [:]
        let siblings = report["siblings"]?.object ?? [:]
        let names = Set(fields.keys).union(siblings.keys)
        let known = FieldName.known.map(\.rawValue).filter(names.contains)
        let rest = names.subtracting(known).sorted()
        let width = (known + rest).map { DisplayWidth.of(title($0)) }.max() ?? 0
        return (known + rest).flatMap { name -> [String] in
            let label = report["labels"]?[name]
            let head = DisplayWidth.pad(title(name), columns: width)
            let shown = indented(value(fields[name] ?? .null, label: label), by: width + 2)
            var lines = ["\(head)  \(shown)"]
            for (index, sibling) in (siblings[name]?.list ?? []).enumerated() {
                let mark = index == 0 ? "shown" : "also"
                let shown = indented(value(sibling["value"] ?? .null, label: sibling["label"]), by: width + 4)
                let margin = String(repeating: " ", count: width + 4)
                lines.append("\(margin)\(mark): \(shown)  \(provenance(sibling))")
                lines += (sibling["also"]?.list ?? []).map { "\(margin)  the same: \(provenance($0))" }
            }
            return lines
        }
    }

    static func title(_ name: String) -> String { titles[FieldName(rawValue: name)] ?? name }

    /// The Chinese name first, then the English one and the code.
    static func value(_ value: JSONValue, label: JSONValue? = nil) -> String {
        if let label, let code = label["code"]?.text {
            guard let chinese = label["zh"]?.text else { return "未知 unknown (\(code))" }
            let major = label["major"]?["zh"]?.text.map { "\($0) / " } ?? ""
            return "\(major)\(chinese)  \(label["en"]?.text ?? "") (\(code))"
        }
        if let latitude = value["lat"]?.double, let longitude = value["lon"]?.double {
            let accuracy = value["accuracy"]?.double.map { " ±\($0) m" } ?? ""
            return "\(latitude), \(longitude) (\(value["datum"]?.text ?? "?"))\(accuracy)"
        }
        switch value {
        case .text(let text): return text
        case .null: return "(emptied)"
        default: return (try? value.encoded()) ?? "?"
        }
    }

    private static func elements(
        _ report: JSONValue, _ key: String, title: String, _ content: (JSONValue) -> String
    ) -> [String] {
        let list = report[key]?.list ?? []
        let earlier = report["more"]?[key].map(earlier)
        guard !list.isEmpty || earlier != nil else { return [] }
        return ["", title] + [earlier].compactMap { $0 }
            + list.map { "  \(provenance($0))  \(indented(content($0), by: 4))" }
    }

    /// Says that earlier elements are not shown, and where the API returns them.
    private static func earlier(_ more: JSONValue) -> String {
        let count = more["earlier"]?.double.map { Quantity.count(Int($0)) } ?? "Some"
        return "  … \(count) earlier are not shown: GET \(more["next"]?.text ?? "?")".visibleLine
    }

    private static func indented(_ text: String, by columns: Int) -> String {
        text.replacing("\n", with: "\n" + String(repeating: " ", count: columns))
    }

    private static func trace(_ trace: JSONValue) -> String {
        let stage = trace["stage"].map { value($0, label: trace["label"]) }
        return ["→", stage, trace["department"]?.text, trace["comment"]?.text].compactMap { $0 }.joined(separator: " ")
            + audience(trace)
    }

    /// Words for staff are the usual ones.
    private static func audience(_ element: JSONValue) -> String {
        element["audience"]?.text == Audience.everyone.name ? "  (公开 public)" : ""
    }

    private static func history(_ entry: JSONValue) -> String {
        var parts = (entry["fields"]?.object ?? [:]).sorted { $0.key < $1.key }.map { name, given in
            let shown = value(given).replacing("\n", with: " ")
            return "\(name)=\(DisplayWidth.fit(shown, columns: 40))"
        }
        for set in ["notes", "traces", "attachments", "removals"] {
            if let count = entry[set]?.double, count > 0 { parts.append("\(set) +\(Int(count))") }
        }
        if entry["known"]?.boolean == false { parts.append("(written by a newer version)") }
        return parts.joined(separator: ", ")
    }

    /// The time, node and author of an element; the node that gave it, if its author did not; and whether its id is
    /// reused.
    private static func provenance(_ object: JSONValue) -> String {
        let node = object["node"]?.text.map { "at \($0.prefix(10))" }
        let author = object["author"]?.text.map { "by \($0)" }
        let giver = object["through"]?.text.map { "given by \($0.prefix(10))" }
        let reused = object["id_reused"]?.boolean == true ? "(id reused)" : nil
        return [moment(object), node, author, giver, reused].compactMap { $0 }.joined(separator: " ").visibleLine
    }

    /// The time by the clock of the node that accepted the change. If the node that was asked knows this clock to be
    /// wrong, the corrected time.
    static func moment(_ object: JSONValue) -> String? {
        let at = object["at"]?.text
        guard let corrected = object["corrected_at"]?.text, let moment = Timestamp.milliseconds(corrected),
            let uncertainty = object["corrected_uncertainty_ms"]?.double
        else { return at }
        let reported = at.flatMap { Timestamp.milliseconds($0) }
        if let reported, Double((reported - moment).magnitude) <= uncertainty { return at }
        let seconds = uncertainty / 1000
        return "\(corrected) ±"
            + (seconds < 10 ? "\(Int(uncertainty)) ms" : Quantity.duration(seconds: Int(seconds.rounded(.up))))
    }
}

extension JSONValue {
    /// The same value with all texts and keys made safe to print. Line breaks are kept in texts only.
    var visible: JSONValue {
        switch self {
        case .text(let text): .text(text.visibleLines)
        case .list(let list): .list(list.map(\.visible))
        case .object(let members):
            .object(
                Dictionary(
                    members.map { ($0.key.visibleLine, $0.value.visible) }, uniquingKeysWith: { first, _ in first }))
        case .null, .boolean, .integer, .number: self
        }
    }
}
