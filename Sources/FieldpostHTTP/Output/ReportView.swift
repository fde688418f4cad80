import FieldpostCore
import FieldpostStore

/// A complete report: its merged state, its conflicts and its history. Of long lists it contains the last part, and the
/// path of the rest.
struct ReportView: Encodable {
    private let summary: ReportSummary
    private let gaps: [Origin]
    private let notes: [ElementView]
    private let traces: [ElementView]
    private let attachments: [ElementView]
    private let history: [HistoryView]
    private let more: [String: MoreView]
    /// Unconfirmed entries. They are shown separately, and are not part of the report.
    private let unconfirmed: [HistoryView]
    private let offered: OfferedPlace?

    private enum Keys: String, CodingKey {
        case id, version, fields, labels, conflict, siblings, notes, traces, attachments, history, more, gaps
        case unconfirmed, offered, followers
        case idReused = "id_reused"
    }

    private struct Gap: Encodable {
        let node: String
        let incarnation: String
    }

    init(
        report: Report, unconfirmed heard: [Hearsay] = [], clocks: ClockCorrections, catalogue: Catalogue,
        places: BlobPlaces = .none
    ) {
        summary = ReportSummary(report.overview, clocks: clocks, catalogue: catalogue)
        gaps = report.gaps
        let (notePage, tracePage) = (ListPage(report.notes), ListPage(report.traces))
        let (attachmentPage, historyPage) = (ListPage(report.attachments), ListPage(report.history))
        notes = notePage.items.map { ElementView($0, clocks: clocks) { .note($0) } }
        traces = tracePage.items.map { ElementView($0, clocks: clocks) { .trace($0) } }
        attachments = attachmentPage.items.map {
            ElementView($0, clocks: clocks) { .attachment(AttachmentView($0, places)) }
        }
        offered = OfferedPlace(report)
        history = historyPage.items.map { HistoryView($0, of: report, clocks: clocks) }
        unconfirmed = heard.compactMap { heard in
            heard.entry.entry.map { HistoryView($0, of: report, through: heard.giver, clocks: clocks) }
        }
        more = Self.more(
            of: report.id,
            [
                (.notes, notePage.earlier, notePage.before), (.traces, tracePage.earlier, tracePage.before),
                (.attachments, attachmentPage.earlier, attachmentPage.before),
                (.history, historyPage.earlier, historyPage.before),
            ])
    }

    /// A large report after an edit: without its lists, but with their paths.
    init(overview: ReportOverview, clocks: ClockCorrections, catalogue: Catalogue) {
        summary = ReportSummary(overview, clocks: clocks, catalogue: catalogue)
        gaps = overview.gaps
        (notes, traces, attachments, history, unconfirmed) = ([], [], [], [], [])
        offered = nil
        let counts = overview.counts
        more = Self.more(
            of: overview.id,
            [
                (.notes, counts.notes, nil), (.traces, counts.traces, nil), (.attachments, counts.attachments, nil),
                (.history, counts.entries, nil),
            ])
    }

    private static func more(
        of report: ReportID, _ lists: [(name: ReportListName, earlier: Int, before: String?)]
    ) -> [String: MoreView] {
        lists.reduce(into: [:]) {
            $0[$1.name.rawValue] = MoreView($1.name, of: report, earlier: $1.earlier, before: $1.before)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(summary.id, forKey: .id)
        try container.encode(summary.version, forKey: .version)
        try container.encode(summary.fields, forKey: .fields)
        try container.encode(summary.labels, forKey: .labels)
        try container.encode(summary.conflict, forKey: .conflict)
        try container.encode(summary.siblings, forKey: .siblings)
        try container.encode(notes, forKey: .notes)
        try container.encode(traces, forKey: .traces)
        try container.encode(attachments, forKey: .attachments)
        try container.encode(history, forKey: .history)
        if !more.isEmpty { try container.encode(more, forKey: .more) }
        try container.encodeIfPresent(summary.followers, forKey: .followers)
        if !summary.idReused.isEmpty { try container.encode(summary.idReused, forKey: .idReused) }
        let gaps = gaps.map { Gap(node: $0.node.description, incarnation: $0.incarnation.description) }
        try container.encode(gaps, forKey: .gaps)
        try container.encodeIfPresent(offered, forKey: .offered)
        if !unconfirmed.isEmpty { try container.encode(unconfirmed, forKey: .unconfirmed) }
    }
}
