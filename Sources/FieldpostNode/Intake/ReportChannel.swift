/// The channel by which a report arrived: the values of the field `channel`.
package enum ReportChannel: String, Hashable, Sendable, CaseIterable {
    case terminal
    /// Residents' own reports (随手拍).
    case suishoupai
    case sensor
    case app
}
