import FieldpostCore

/// A name with its labels, which are one time series.
struct SeriesKey: Hashable, Comparable {
    struct Label: Hashable, Comparable {
        let name: String
        let value: String

        static func < (left: Label, right: Label) -> Bool {
            (left.name, left.value) < (right.name, right.value)
        }
    }

    let name: MetricName
    /// Sorted by name, so that their order does not tell two series apart.
    let labels: [Label]

    init(name: MetricName, labels: [(name: String, value: String)]) {
        self.name = name
        self.labels = labels.map { Label(name: $0.name, value: $0.value) }.sorted()
    }

    /// By labels: only series of one name are compared.
    static func < (left: SeriesKey, right: SeriesKey) -> Bool {
        left.labels.lexicographicallyPrecedes(right.labels)
    }
}
