/// What settling did.
package struct SettledIncidents: Codable, Hashable, Sendable {
    /// Incidents that raised an alarm until now.
    package var settled: Int

    package init(settled: Int) { self.settled = settled }
}
