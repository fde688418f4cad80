import Crypto
import FieldpostCore
import FieldpostTransport
import FieldpostWire
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import TestKit

/// What this machine can do at best at each stage of a report's way, with the plainest code.
enum LimitsPart {
    static func run(_ options: Options, _ results: Results) async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        var filling = Filling(seed: 14)
        var peer = FilledOrigin(node: NodeID(publicKey: [9]))
        let entries = filling.run(of: &peer, count: 2048).map(\.bytes)
        try syncs(place.path, results)
        for group in [1, 16, 256] {
            let count = group == 1 ? 1000 : group == 16 ? 8000 : 60_000
            let table = try BareTable(directory: place.path, name: "group-\(group)")
            let usage = Usage(of: getpid())
            let start = ProcessMeter.now()
            try table.insert(entries, count: count, group: group)
            let seconds = Double(ProcessMeter.now() - start) / 1e9
            let part = "limits SQLite, \(group) a commit"
            results.record(part, "rate", Double(count) / seconds, "rows/s")
            results.record(part, "CPU a row", usage.cpuMicroseconds / Double(count), "µs")
            results.record(part, "written a row", usage.writtenBytes / Double(count) / 1024, "KiB")
        }
        hashing(entries, results)
        deflating(entries, results)
        try await echo(results)
        try await secure(entries, results)
    }

    /// A file that grows by 4 KiB at a time, each time on the disk.
    private static func syncs(_ directory: String, _ results: Results) throws {
        let file = open(directory + "/syncs", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw LoadGenerator.Failed(description: "\(directory) cannot be written") }
        defer { close(file) }
        let page = [UInt8](repeating: 7, count: 4096)
        var times: [UInt64] = []
        for _ in 0..<500 {
            let start = ProcessMeter.now()
            guard write(file, page, page.count) == page.count, fdatasync(file) == 0 else {
                throw LoadGenerator.Failed(description: "a write failed: \(errno)")
            }
            times.append(ProcessMeter.now() - start)
        }
        let latencies = Latencies(times)
        results.record("limits sync", "4 KiB and fdatasync p50", latencies.milliseconds(0.5), "ms")
        results.record("limits sync", "4 KiB and fdatasync p99", latencies.milliseconds(0.99), "ms")
    }

    private static func hashing(_ entries: [[UInt8]], _ results: Results) {
        let usage = Usage(of: getpid())
        var sum = 0
        for round in 0..<100 { for entry in entries { sum &+= Int(Array(SHA256.hash(data: entry))[round % 32]) } }
        precondition(sum > 0)
        results.record("limits SHA-256", "CPU an entry", usage.cpuMicroseconds / Double(100 * entries.count), "µs")
    }

    private static func deflating(_ entries: [[UInt8]], _ results: Results) {
        let raw = entries.flatMap(\.self)
        for level: Int32 in [1, 6] {
            let usage = Usage(of: getpid())
            let size = BareDeflate.size(of: raw, level: level)
            let cost = usage.cpuMicroseconds / Double(entries.count)
            results.record("limits deflate, level \(level)", "CPU an entry", cost, "µs")
            results.record(
                "limits deflate, level \(level)", "bytes an entry", Double(size) / Double(entries.count), "bytes")
        }
    }

    // MARK: HTTP

    /// A server on NIO that takes a body and answers 201, under the same load as the intake.
    private static func echo(_ results: Results) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Acceptor())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let book = RequestBook(BenchReports.bodies(count: 30_000, seed: 15), form: .plain)
        let usage = Usage(of: getpid())
        let outcome = try await LoadGenerator(port: server.localAddress?.port ?? 0).run(book)
        let cpu = usage.cpuMicroseconds - outcome.ownMicroseconds
        try await server.close()
        results.record("limits HTTP on NIO", "rate", 30_000 / outcome.seconds, "requests/s")
        results.record("limits HTTP on NIO", "CPU a request", cpu / 30_000, "µs")
        results.record("limits HTTP on NIO", "latency p50", outcome.latencies.milliseconds(0.5), "ms")
    }

    private final class Acceptor: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            let head = HTTPResponseHead(version: .http1_1, status: .created, headers: ["content-length": "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    // MARK: TLS

    /// Frames of a batch each, over TLS on loopback.
    private static func secure(_ entries: [[UInt8]], _ results: Results) async throws {
        let identity = try SimulatedGateway(number: 0).identity
        let security = Security.tls(identity, for: .session)
        let (addresses, told) = AsyncStream<Endpoint>.makeStream()
        let (ends, ended) = AsyncStream<Void>.makeStream()
        let count = 300
        let listener = Task {
            try await Transport.listen(
                [Endpoint(host: "127.0.0.1", port: 0)], security: security,
                group: MultiThreadedEventLoopGroup.singleton,
                onBound: { bound in for endpoint in bound { told.yield(endpoint) } },
                serve: { channel in
                    guard channel.welcome() else { return }
                    try? await channel.converse { inbound, _ in
                        var left = count
                        do {
                            for try await case .message in inbound {
                                left -= 1
                                if left == 0 { break }
                            }
                        } catch {
                            // The figure is missing then.
                        }
                        ended.yield()
                    }
                })
        }
        defer { listener.cancel() }
        for await address in addresses {
            let body = CompressedEntries(
                codec: .stored, dictionary: 0, count: UInt32(entries.count), rawBytes: 0,
                data: Array(entries.flatMap(\.self).prefix(256 * 1024)))
            let peer = FilledOrigin(node: identity.node)
            let batch = Batch(
                stream: 1, origin: peer.origin, firstSeq: 1, lastSeq: 1, chainBefore: peer.chain, body: body)
            let channel = try await Transport.dial(
                address, security: security, group: MultiThreadedEventLoopGroup.singleton)
            _ = try await channel.identify()
            let usage = Usage(of: getpid())
            let start = ProcessMeter.now()
            try await channel.converse { _, outbound in
                for _ in 0..<count { try? await outbound.send(.batch(batch)) }
                for await _ in ends { break }
            }
            let megabytes = Double(count * body.data.count) / 1e6
            let seconds = Double(ProcessMeter.now() - start) / 1e9
            results.record("limits TLS and frames", "rate", megabytes / seconds, "MB/s")
            results.record("limits TLS and frames", "CPU of both sides", usage.cpuMicroseconds / megabytes, "µs/MB")
            break
        }
    }
}
