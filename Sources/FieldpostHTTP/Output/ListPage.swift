import FieldpostCore

/// An element of one of a report's lists.
protocol ListItem {
    /// The id in answers. If an id was reused, several elements have it.
    var shownID: String { get }
    /// Its place. No other element has the same.
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

/// The last part of a list of a report, or the part before an element. A page has at most `Limits.pageElements`.
struct ListPage<Item: ListItem> {
    let items: ArraySlice<Item>
    /// The number of elements before these.
    let earlier: Int

    /// The last page.
    init(_ all: [Item]) { self.init(all, upTo: all.endIndex, limit: Limits.pageElements) }

    /// The page before an element, which is named by the `before` of another page or by an id. If several elements have
    /// the id, the first one counts. Without `before`, the last page. Returns nil if there is no such element.
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

    /// The name of the page before this one.
    var before: String? { items.first?.place.text }
}

/// Says that a list continues, and where.
struct MoreView: Encodable {
    /// The number of elements before those shown.
    let earlier: Int
    /// The path of the page before.
    let next: String

    /// Returns nil if there are no elements before.
    init?(_ list: ReportListName, of report: ReportID, earlier: Int, before first: String?) {
        guard earlier > 0 else { return nil }
        self.earlier = earlier
        next = "/v1/reports/\(report)/\(list.rawValue)" + (first.map { "?before=\($0)" } ?? "")
    }
}

/// The lists of a report, named as in paths and answers.
enum ReportListName: String, CaseIterable {
    case notes, traces, attachments, history
}
