import FieldpostCore

/// A report that its reporter took back, in the answer to a change: the change is kept.
struct HiddenView: Encodable {
    private let id: String
    private let hidden = true

    init(_ report: ReportID) { id = report.description }

    private enum CodingKeys: String, CodingKey {
        case id, hidden
    }
}

/// A report that this node has pruned, in the answer to a repeated change.
struct PrunedView: Encodable {
    private let id: String
    /// Central has it.
    private let pruned = true

    init(_ report: ReportID) { id = report.description }

    private enum CodingKeys: String, CodingKey {
        case id, pruned
    }
}
