import CoreMetrics
import FieldpostCore
import Metrics
import TestKit
import Testing

@testable import FieldpostMetrics

struct TextTests {
    private let registry = MetricRegistry()

    private func lines(_ samples: [MetricSample] = []) -> [String] {
        String(decoding: registry.text(with: samples), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func counter(_ name: MetricName, _ labels: [(String, String)] = []) -> Counter {
        Counter(label: name.rawValue, dimensions: labels, factory: registry)
    }

    @Test func `A counter, a gauge and a histogram are written with their help, type and values`() {
        counter(.peersRefused).increment(by: 3)
        Gauge(label: MetricName.sessions.rawValue, factory: registry).record(2.5)
        let timer = Timer(
            label: MetricName.httpRequestSeconds.rawValue, dimensions: [("route", "/v1/reports")], factory: registry)
        for milliseconds in [1, 3, 20_000, 90_000] { timer.recordMilliseconds(milliseconds) }
        let lines = lines()
        let refused = MetricName.peersRefused
        #expect(
            Array(lines.drop { !$0.contains(refused.rawValue) }.prefix(3)) == [
                "# HELP \(refused.rawValue) \(refused.help)", "# TYPE \(refused.rawValue) counter",
                "\(refused.rawValue) 3",
            ])
        #expect(lines.contains("# TYPE fieldpost_sessions gauge") && lines.contains("fieldpost_sessions 2.5"))
        let histogram = lines.filter { $0.hasPrefix("fieldpost_http_request_seconds") }
        #expect(histogram.first == #"fieldpost_http_request_seconds_bucket{route="/v1/reports",le="0.001"} 1"#)
        for line in [
            #"_bucket{route="/v1/reports",le="0.005"} 2"#, #"_bucket{route="/v1/reports",le="30"} 3"#,
            #"_bucket{route="/v1/reports",le="+Inf"} 4"#, #"_sum{route="/v1/reports"} 110.004"#,
            #"_count{route="/v1/reports"} 4"#,
        ] { #expect(histogram.contains("fieldpost_http_request_seconds" + line), "\(histogram)") }
        #expect(histogram.count == MetricName.httpRequestSeconds.buckets.count + 3)
    }

    @Test(arguments: [
        ("plain", "plain"), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"), ("\\n", "\\\\n"),
        ("井盖\u{0}}{,=", "井盖\u{0}}{,="), ("\"} 1\nother 2", "\\\"} 1\\nother 2"), ("", ""),
    ])
    func `The value of a label stays one value, whatever is in it`(value: String, written: String) {
        let text = lines([MetricSample(.linkSpent, 1, labels: [("link", value)])])
        #expect(
            text.filter { !$0.hasPrefix("#") } == [
                "fieldpost_metric_series_refused_total 0", "fieldpost_link_spent_bytes{link=\"\(written)\"} 1",
            ])
    }

    @Test(arguments: [
        (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0, "0"), (-0.0, "0"), (1e300, "1e+300"),
        (0.1, "0.1"), (-2.5, "-2.5"), (9_007_199_254_740_992, "9007199254740992"), (1e-7, "1e-07"),
    ])
    func `Each number is written as Prometheus reads it`(value: Double, written: String) {
        #expect(lines([MetricSample(.sessions, value)]).contains("fieldpost_sessions \(written)"))
    }

    @Test func `What is not finite does not spoil a histogram`() {
        let recorder = Recorder(label: MetricName.batchBytes.rawValue, factory: registry)
        for value in [Double.nan, .infinity, -.infinity, 300] { recorder.record(value) }
        #expect(lines().contains("fieldpost_batch_bytes_sum 300") && lines().contains("fieldpost_batch_bytes_count 1"))
    }

    @Test func `Labels in another order are the same series, and a sample does not repeat one`() {
        counter(.intake, [("door", "person"), ("result", "stored")]).increment()
        counter(.intake, [("result", "stored"), ("door", "person")]).increment()
        let sample = MetricSample(.intake, 9, labels: [("result", "stored"), ("door", "person")])
        #expect(
            lines([sample]).filter { $0.hasPrefix("fieldpost_intake_total") }
                == [#"fieldpost_intake_total{door="person",result="stored"} 2"#])
    }

    @Test func `Only names of the list are kept`() {
        Counter(label: "nio_bytes_total", factory: registry).increment()
        #expect(lines().allSatisfy { !$0.contains("nio") })
    }

    @Test func `Series beyond the limit are not kept, and counted`() {
        let small = MetricRegistry(limit: 2)
        for link in 1...5 {
            Counter(label: MetricName.linkBytes.rawValue, dimensions: [("link", "\(link)")], factory: small).increment()
        }
        let text = String(decoding: small.text(), as: UTF8.self)
        #expect(text.contains("fieldpost_metric_series_refused_total 3\n"))
        #expect(text.split(separator: "\n").count { $0.hasPrefix("fieldpost_link_bytes_total") } == 2)
        // What is there goes on.
        Counter(label: MetricName.linkBytes.rawValue, dimensions: [("link", "1")], factory: small).increment()
        #expect(String(decoding: small.text(), as: UTF8.self).contains(#"{link="1"} 2"#))
    }

    @Test func `A series that was destroyed is gone`() {
        let refused = counter(.peersRefused)
        refused.increment()
        refused.destroy()
        #expect(lines().allSatisfy { !$0.contains("fieldpost_peers_refused") })
    }

    @Test func `Nothing is lost when many record at once`() async {
        let counter = counter(.peersRefused)
        let timer = Timer(label: MetricName.commitSeconds.rawValue, factory: registry)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        timer.recordMilliseconds(2)
                    }
                }
            }
        }
        #expect(lines().contains("fieldpost_peers_refused_total 8000"))
        #expect(lines().contains("fieldpost_commit_seconds_count 8000"))
    }

    @Test func `Every name has a kind that fits it, a help, and buckets in rising order`() {
        for name in MetricName.allCases {
            #expect(!name.help.isEmpty && !name.help.contains("\n"))
            #expect((name.kind == .counter) == name.rawValue.hasSuffix("_total"))
            #expect((name.kind == .histogram) == !name.buckets.isEmpty)
            #expect(zip(name.buckets, name.buckets.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test(.enabled(if: Tool.whyNot(["promtool"]) == nil, "needs promtool: run Deploy/install-deps.sh --tests"))
    func `promtool finds nothing wrong in a text with every name`() throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        var samples: [MetricSample] = []
        for name in MetricName.allCases {
            if name.kind == .histogram {
                Recorder(label: name.rawValue, factory: registry).record(1)
            } else {
                samples.append(MetricSample(name, .nan, labels: [("link", "a\\\"\n井盖")]))
            }
        }
        let text = String(decoding: registry.text(with: samples), as: UTF8.self)
        let file = try place.file("metrics.txt", text)
        let (status, output) = try Tool.shell("promtool check metrics < \(file)", in: place.path)
        #expect(status == 0 && output == "", "\(output)")
    }
}
