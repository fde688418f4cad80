import FieldpostCore

/// The last part of a list of a report, or the part before an element of it. A page never holds more than
/// `Limits.pageElements`.
struct ListPage<Item> {
    let items: ArraySlice<Item>
    /// How many stand before these.
    let earlier: Int

    /// The last of all.
    init(_ all: [Item]) { self.init(all, upTo: all.endIndex) }

    /// Those before an index.
    init(_ all: [Item], upTo end: Int, limit: Int = Limits.pageElements) {
        items = all[..<end].suffix(limit)
        earlier = items.startIndex
    }
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
