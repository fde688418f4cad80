import FieldpostClient

/// Values in conflict for people.
enum ConflictsText {
    /// One line a report.
    static func list(_ shown: JSONValue) -> String {
        let reports = shown["reports"]?.list ?? []
        guard !reports.isEmpty else { return "No report here has values in conflict.\n" }
        var table = TextTable([("REPORT", .left), ("IN CONFLICT", .left), ("GRID", .left), ("WHAT", .left)])
        for report in reports.map(\.visible) {
            let what = (report["fields"]?["text"]?.text ?? "").visibleLine
            table.add([
                (report["id"]?.text ?? "").visibleLine, fields(report).map(\.key).joined(separator: ", "),
                (report["fields"]?["grid"]?.text ?? "").visibleLine, DisplayWidth.fit(what, columns: 40),
            ])
        }
        let more = shown["next"]?.text == nil ? "" : "There are more: raise --limit.\n"
        return table.text + more
    }

    /// The values of each field side by side. `mark`: what `--seen` takes.
    static func text(_ given: JSONValue, mark: String?) -> String {
        let report = given.visible
        let id = (report["id"]?.text ?? "?").visibleLine
        let fields = fields(report)
        guard !fields.isEmpty else { return "\(id): no values are in conflict.\n" }
        var text = "\(id)\n"
        for (name, siblings) in fields {
            text += "\n\(ReportText.title(name))\n"
            var table = TextTable([("N", .right), ("VALUE", .left), ("WHO", .left), ("WHEN", .left), ("NODE", .left)])
            for (number, sibling) in zip(1..., siblings) {
                let value = ReportText.value(sibling["value"] ?? .null, label: sibling["label"]).visibleLine
                add(sibling, "\(number)", value + (number == 1 ? "  (shown)" : ""), to: &table)
                for write in sibling["also"]?.list ?? [] { add(write, "", "the same", to: &table) }
            }
            text += table.text
        }
        guard let mark else { return text }
        return text + "\nTo keep one: fieldpost conflicts \(id) --seen \(mark) --take \(fields[0].key)=N\n"
    }

    private static func add(_ write: JSONValue, _ number: String, _ value: String, to table: inout TextTable) {
        table.add([
            number, value, (write["author"]?.text ?? "-").visibleLine, (ReportText.moment(write) ?? "-").visibleLine,
            String((write["node"]?.text ?? "-").prefix(10)).visibleLine,
        ])
    }

    /// In the order of their names.
    private static func fields(_ report: JSONValue) -> [(key: String, value: [JSONValue])] {
        (report["siblings"]?.object ?? [:]).compactMapValues(\.list).filter { $0.value.count > 1 }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
