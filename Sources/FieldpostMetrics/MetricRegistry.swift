package import CoreMetrics
package import FieldpostCore
import Synchronization

/// Keeps what is recorded through swift-metrics, and writes it as text for Prometheus. It keeps the names of
/// `MetricName` and ignores what libraries record under other names, so the number of series has a limit.
package final class MetricRegistry: Sendable {
    private struct State {
        var series: [SeriesKey: any Series] = [:]
        var refused = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    /// `limit`: the number of series that are kept.
    package init(limit: Int = Limits.metricSeries) { self.limit = limit }

    /// The text of all that is kept, and of `samples`. If two have the same name and labels, the first one counts.
    package func text(with samples: [MetricSample] = []) -> [UInt8] {
        let (series, refused) = state.withLock { ($0.series, $0.refused) }
        var values = Dictionary(grouping: series.map { ($0.key, $0.value.value) }, by: \.0.name)
            .mapValues { Dictionary(uniqueKeysWithValues: $0) }
        for sample in samples + [MetricSample(.seriesRefused, Double(refused))] {
            let key = SeriesKey(name: sample.name, labels: sample.labels)
            if values[sample.name]?[key] == nil { values[sample.name, default: [:]][key] = .number(sample.value) }
        }
        var text = ExpositionText()
        for name in MetricName.allCases {
            guard let family = values[name] else { continue }
            text.begin(name)
            for (key, value) in family.sorted(by: { $0.key < $1.key }) { text.add(key, value) }
        }
        return text.bytes
    }

    /// The series of this name and these labels. Nil if it is not kept. `make` is called for the first one.
    private func series<S: Series>(
        _ label: String, _ dimensions: [(String, String)], _ kind: MetricName.Kind, make: (MetricName) -> S
    ) -> S? {
        guard let name = MetricName(rawValue: label) else { return nil }
        precondition(name.kind == kind, "\(label) is a \(name.kind), and was recorded as a \(kind)")
        let key = SeriesKey(name: name, labels: dimensions.map { (name: $0.0, value: $0.1) })
        return state.withLock { state in
            if let known = state.series[key] { return known as? S }
            guard state.series.count < limit else {
                state.refused += 1
                return nil
            }
            let made = make(name)
            state.series[key] = made
            return made
        }
    }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            if let key = state.series.first(where: { $0.value === handler })?.key { state.series[key] = nil }
        }
    }
}

extension MetricRegistry: MetricsFactory {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter) { _ in CounterSeries() } ?? NOOPMetricsHandler.instance
    }

    /// Nothing here is counted in fractions.
    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { NOOPMetricsHandler.instance }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge) { _ in GaugeSeries() } ?? NOOPMetricsHandler.instance
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else {
            return series(label, dimensions, .gauge) { _ in GaugeSeries() } ?? NOOPMetricsHandler.instance
        }
        return series(label, dimensions, .histogram) { HistogramSeries(bounds: $0.buckets) }
            ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram) { HistogramSeries(bounds: $0.buckets) } ?? NOOPMetricsHandler.instance
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
