extension MetricName {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    package var kind: Kind {
        switch self {
        case .intakeSeconds, .commitSeconds, .commitWrites, .syncSeconds, .batchBytes, .httpRequestSeconds: .histogram
        default: rawValue.hasSuffix("_total") ? .counter : .gauge
        }
    }

    /// The upper bounds of a histogram's buckets, in rising order; the last bucket is without one.
    package var buckets: [Double] {
        switch self {
        // A commit on flash takes a few milliseconds; a full or worn disk takes seconds.
        case .intakeSeconds, .commitSeconds, .httpRequestSeconds:
            [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
        case .commitWrites: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
        // From a link that is up to one that was away for a week.
        case .syncSeconds:
            [1, 2, 5, 10, 30, 60, 300, 900, 3_600, 4 * 3_600, 12 * 3_600, 86_400, 3 * 86_400, 7 * 86_400]
        case .batchBytes: [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576]
        default: []
        }
    }
}
