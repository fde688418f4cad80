/// The last incidents of a journal, newest first, at most `Limits.pageReports`.
package struct IncidentList: Codable, Hashable, Sendable {
    package var incidents: [IncidentState]

    package init(incidents: [IncidentState]) { self.incidents = incidents }
}
