/// A value that is read when the metrics are read, and kept nowhere.
package struct MetricSample: Sendable {
    package let name: MetricName
    /// Few, and with values from a closed set or from the configuration: each combination is a time series.
    package let labels: [(name: String, value: String)]
    package let value: Double

    package init(_ name: MetricName, _ value: Double, labels: [(name: String, value: String)] = []) {
        self.name = name
        self.labels = labels
        self.value = value
    }
}
