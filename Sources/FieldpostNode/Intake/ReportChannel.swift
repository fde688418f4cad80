/// By which way a report came, as the field `channel` names it.
package enum ReportChannel: String, Hashable, Sendable, CaseIterable {
    case terminal
    /// Residents' own reports (随手拍).
    case suishoupai
    case sensor
    case app
}
