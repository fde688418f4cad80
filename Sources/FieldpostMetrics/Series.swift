import CoreMetrics
import Synchronization

/// One time series that grows where something is recorded.
protocol Series: AnyObject, Sendable {
    var value: SeriesValue { get }
}

/// What a series says at one moment.
enum SeriesValue: Hashable {
    case number(Double)
    case histogram(Histogram)
}

/// How many values fell into which bucket, and their sum.
struct Histogram: Hashable {
    /// The upper bounds of the buckets, in rising order. One more bucket has none.
    let bounds: [Double]
    private(set) var counts: [UInt64]
    private(set) var sum: Double = 0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    var count: UInt64 { counts.reduce(0, &+) }

    /// A value that is not finite would spoil the sum for ever, so it is passed over.
    mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] &+= 1
        sum += value
    }
}

final class CounterSeries: Series, CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: SeriesValue { .number(Double(count.load(ordering: .relaxed))) }

    /// Prometheus takes a counter that wraps around for one that began again.
    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }
}

final class GaugeSeries: Series, RecorderHandler, MeterHandler {
    private let now = Mutex<Double>(0)

    var value: SeriesValue { .number(now.withLock { $0 }) }

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { now.withLock { $0 = value } }
    func increment(by amount: Double) { now.withLock { $0 += amount } }
    func decrement(by amount: Double) { now.withLock { $0 -= amount } }
}

final class HistogramSeries: Series, RecorderHandler, TimerHandler {
    private let histogram: Mutex<Histogram>

    init(bounds: [Double]) { histogram = Mutex(Histogram(bounds: bounds)) }

    var value: SeriesValue { .histogram(histogram.withLock { $0 }) }

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { histogram.withLock { $0.add(value) } }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }
}
