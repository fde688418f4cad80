import CoreMetrics
import FieldpostCore
import FieldpostMetrics
import FieldpostNode
import HTTPTypes
import Hummingbird
import NIOCore

/// What Prometheus reads, on a port of its own.
///
/// - `GET /metrics`: all metrics, in Prometheus' text format.
struct MetricsAPI: Sendable {
    private let scrapes: Scrapes

    /// `measure`: reads the values that are not recorded. What is recorded is kept by the registry that the process
    /// chose at its start.
    init(measure: @escaping @Sendable () async -> [MetricSample]) {
        let registry = MetricsSystem.factory as? MetricRegistry ?? MetricRegistry()
        scrapes = Scrapes { registry.text(with: await measure()) }
    }

    var routes: [Route] {
        [
            Route(.get, "/metrics", for: .open) { [scrapes] _, _ in
                Response(
                    status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: await scrapes.text())))
            }
        ]
    }
}

/// Reads the metrics for one scrape at a time. Others that come in the meantime get the same text.
actor Scrapes {
    private let read: @Sendable () async -> [UInt8]
    private var running: Task<[UInt8], Never>?

    init(read: @escaping @Sendable () async -> [UInt8]) { self.read = read }

    func text() async -> [UInt8] {
        if let running { return await running.value }
        let task = Task { [read] in await read() }
        running = task
        defer { running = nil }
        return await task.value
    }
}
