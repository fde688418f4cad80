import FieldpostCore

/// Prometheus' text format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
struct ExpositionText {
    private(set) var bytes: [UInt8] = []

    /// Begins the series of a name.
    mutating func begin(_ name: MetricName) {
        add("# HELP \(name.rawValue) \(Self.escaped(name.help, quotes: false))\n")
        add("# TYPE \(name.rawValue) \(name.kind.rawValue)\n")
    }

    mutating func add(_ key: SeriesKey, _ value: SeriesValue) {
        let name = key.name.rawValue
        switch value {
        case .number(let number): line(name, key.labels, number)
        case .histogram(let histogram):
            var count: UInt64 = 0
            for (bound, more) in zip(histogram.bounds + [.infinity], histogram.counts) {
                count += more
                line(name + "_bucket", key.labels + [.init(name: "le", value: Self.text(bound))], Double(count))
            }
            line(name + "_sum", key.labels, histogram.sum)
            line(name + "_count", key.labels, Double(count))
        }
    }

    private mutating func line(_ name: String, _ labels: [SeriesKey.Label], _ value: Double) {
        add(name)
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            add("{" + pairs.joined(separator: ",") + "}")
        }
        add(" \(Self.text(value))\n")
    }

    /// As Go reads numbers: whole ones without a fraction.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }

    /// A quote has a meaning in the value of a label alone.
    static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private mutating func add(_ text: String) { bytes += text.utf8 }
}
