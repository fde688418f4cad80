/// Limits of the metrics that a node serves.
extension Limits {
    /// Time series that are kept; a histogram counts as one. A central node has about 80 routes with a few statuses
    /// each. What comes after is not kept, and counted.
    package static let metricSeries = 2_000
    /// Gateways that have series of their own at central: the first ones by their NodeID. Five series each.
    package static let metricGateways = 1_000
    /// Connections at once to the metrics' address. One is enough for each Prometheus.
    package static let metricsConnections = 8
}
