import FieldpostCore
import FieldpostJournal

/// A report whole: its merged state, what is in conflict, and how it came about.
struct ReportView: Encodable {
    let report: Report
    /// What others said of it without a proof: shown beside, and part of nothing.
    var unconfirmed: [Hearsay] = []
    let clocks: ClockCorrections

    private enum Keys: String, CodingKey {
        case id, version, fields, labels, conflict, siblings, notes, traces, attachments, history, gaps, unconfirmed
    }

    private struct Gap: Encodable {
        let node: String
        let incarnation: String
    }

    func encode(to encoder: any Encoder) throws {
        let summary = ReportSummary(report, clocks: clocks)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(summary.id, forKey: .id)
        try container.encode(summary.version, forKey: .version)
        try container.encode(summary.fields, forKey: .fields)
        try container.encode(summary.labels, forKey: .labels)
        try container.encode(summary.conflict, forKey: .conflict)
        try container.encode(summary.siblings, forKey: .siblings)
        try container.encode(
            report.notes.map { ElementView($0, clocks: clocks) { .note($0) } }, forKey: .notes)
        try container.encode(
            report.traces.map { ElementView($0, clocks: clocks) { .trace($0) } }, forKey: .traces)
        try container.encode(
            report.attachments.map { ElementView($0, clocks: clocks) { .attachment($0) } }, forKey: .attachments)
        try container.encode(report.history.map { HistoryView(entry: $0, clocks: clocks) }, forKey: .history)
        let gaps = report.gaps.map { Gap(node: $0.node.description, incarnation: $0.incarnation.description) }
        try container.encode(gaps, forKey: .gaps)
        if !unconfirmed.isEmpty {
            let views = unconfirmed.compactMap { heard in
                heard.entry.entry.map { HistoryView(entry: $0, through: heard.giver, clocks: clocks) }
            }
            try container.encode(views, forKey: .unconfirmed)
        }
    }
}
