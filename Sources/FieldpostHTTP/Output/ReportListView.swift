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

    /// Nil when no element of the list has the id `before`. Where an id stands for several, those before the first.
    init?(
        _ name: ReportListName, of report: Report, before: String?, limit: Int, clocks: ClockCorrections
    ) {
        self.name = name
        let views: [(id: String, view: any Encodable)] =
            switch name {
            case .notes: report.notes.map { ElementView($0, clocks: clocks) { .note($0) } }.map { ($0.id, $0) }
            case .traces: report.traces.map { ElementView($0, clocks: clocks) { .trace($0) } }.map { ($0.id, $0) }
            case .attachments:
                report.attachments.map { ElementView($0, clocks: clocks) { .attachment($0) } }.map { ($0.id, $0) }
            case .history:
                report.history.map { ($0.id.description, HistoryView($0, of: report, clocks: clocks)) }
            }
        var end = views.endIndex
        if let before {
            guard let index = views.firstIndex(where: { $0.id == before }) else { return nil }
            end = index
        }
        let page = ListPage(views, upTo: end, limit: limit)
        items = page.items.map(\.view)
        more = MoreView(name, of: report.id, earlier: page.earlier, before: page.items.first?.id)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        var list = container.nestedUnkeyedContainer(forKey: Key(name.rawValue))
        for item in items { try item.encode(to: list.superEncoder()) }
        try container.encodeIfPresent(more, forKey: Key("more"))
    }
}
