import FieldpostCore

/// One page of a list of a report.
struct ReportListView: Encodable {
    let name: ReportListName
    let items: [any Encodable]
    let more: MoreView?

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    /// `before`: as in `ListPage`. Returns nil if it names no element of the list.
    init?(
        _ name: ReportListName, of report: Report, before: String?, limit: Int, clocks: ClockCorrections,
        places: BlobPlaces = .none
    ) {
        /// Makes views only of the elements that are shown.
        func page<Item: ListItem>(
            _ all: [Item], _ view: (Item) -> any Encodable
        ) -> (items: [any Encodable], more: MoreView?)? {
            ListPage(all, before: before, limit: limit).map { page in
                (
                    page.items.map(view),
                    MoreView(name, of: report.id, earlier: page.earlier, before: page.before)
                )
            }
        }
        let shown =
            switch name {
            case .notes: page(report.notes) { ElementView($0, clocks: clocks) { .note($0) } }
            case .traces: page(report.traces) { ElementView($0, clocks: clocks) { .trace($0) } }
            case .attachments:
                page(report.attachments) {
                    ElementView($0, clocks: clocks) {
                        .attachment(AttachmentView($0, places))
                    }
                }
            case .history: page(report.history) { HistoryView($0, of: report, clocks: clocks) }
            }
        guard let shown else { return nil }
        self.name = name
        (items, more) = shown
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        var list = container.nestedUnkeyedContainer(forKey: Key(name.rawValue))
        for item in items { try item.encode(to: list.superEncoder()) }
        try container.encodeIfPresent(more, forKey: Key("more"))
    }
}
