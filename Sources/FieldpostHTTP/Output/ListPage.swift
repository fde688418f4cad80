import FieldpostCore

/// What a report's list holds.
protocol ListItem {
    /// As answers name it. Where an id was reused, several are named so.
    var shownID: String { get }
    /// Where it stands, and nothing else does.
    var place: ListPlace { get }
}

extension Element: ListItem {
    var shownID: String { "\(id.entry).\(id.index)" }
    var place: ListPlace { ListPlace(dot: dot, index: id.index) }
}

extension Entry: ListItem {
    var shownID: String { id.description }
    var place: ListPlace { ListPlace(dot: dot, index: 0) }
}

/// The last part of a list of a report, or the part before an element of it. A page never holds more than
/// `Limits.pageElements`.
struct ListPage<Item: ListItem> {
    let items: ArraySlice<Item>
    /// How many stand before these.
    let earlier: Int

    /// The last of all.
    init(_ all: [Item]) { self.init(all, upTo: all.endIndex, limit: Limits.pageElements) }

    /// Those before an element: the place that `before` of another page names, or an id, of several the first with it.
    /// Without `before` the last of all. Nil when there is no such element.
    init?(_ all: [Item], before: String?, limit: Int) {
        guard let before else {
            self.init(all, upTo: all.endIndex, limit: limit)
            return
        }
        let place = ListPlace(text: before)
        let end = all.firstIndex { place == nil ? $0.shownID == before : $0.place == place }
        guard let end else { return nil }
        self.init(all, upTo: end, limit: limit)
    }

    private init(_ all: [Item], upTo end: Int, limit: Int) {
        items = all[..<end].suffix(limit)
        earlier = items.startIndex
    }

    /// What names the page before this one.
    var before: String? { items.first?.place.text }
}

/// That a list goes on, and where.
struct MoreView: Encodable {
    /// How many elements stand before those shown.
    let earlier: Int
    /// The path that shows the last of them.
    let next: String

    /// Nil when nothing stands before.
    init?(_ list: ReportListName, of report: ReportID, earlier: Int, before first: String?) {
        guard earlier > 0 else { return nil }
        self.earlier = earlier
        next = "/v1/reports/\(report)/\(list.rawValue)" + (first.map { "?before=\($0)" } ?? "")
    }
}

/// The lists of a report, as paths and answers name them.
enum ReportListName: String, CaseIterable {
    case notes, traces, attachments, history
}
