/// The result of resolving incidents.
package struct ResolvedIncidents: Codable, Hashable, Sendable {
    /// Incidents that raised an alarm until now.
    package var resolved: Int

    package init(resolved: Int) { self.resolved = resolved }
}
