import FieldpostCore
import FieldpostNode
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@testable import FieldpostHTTP

@Suite struct ServerTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `the API answers over a real connection, also after a body that was too large`() async throws {
        try await withAPI(.live) { api in
            let path = try await api.report()
            #expect(try await api.get(path).status == 200)
            let large = try await api.post("/v1/reports", String(repeating: "a", count: 300_000))
            #expect(large.status == 413)
            #expect(large.problem == "too-large")
            #expect(try await api.get(path).status == 200)
        }
    }

    @Test func `the server reports its port when it is bound, and ends when it is told to`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        let (ports, found) = AsyncStream<Int>.makeStream()
        let server = try HTTPServer(
            routes: ReportAPI(node: node).routes, rule: .trust, host: "127.0.0.1", port: 0,
            logger: Self.logger
        ) { found.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try #require(await ports.first { _ in true })
            #expect(port > 0)
            let second = try HTTPServer(
                routes: ReportAPI(node: node).routes, rule: .trust, host: "127.0.0.1",
                port: port,
                logger: Self.logger)
            await #expect(throws: ListenError.self) { try await second.run() }
            group.cancelAll()
        }
    }

    @Test func `the admin socket belongs to the user, replaces a stale one and is removed at the end`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        let path = node.directory + "/admin.sock"
        for _ in 0..<2 {
            let (bound, signal) = AsyncStream<Void>.makeStream()
            let server = UnixHTTPServer(
                routes: AdminAPI(node: node).routes, rule: .trust, path: path, logger: Self.logger
            ) { signal.yield() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                let services = ServiceGroup(services: [server], logger: Self.logger)
                group.addTask { try await services.run() }
                _ = await bound.first { _ in true }
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            try Self.leaveSocket(at: path)
        }
    }

    @Test func `a file that is not a socket is left alone`() async throws {
        let node = try TestNode()
        defer { node.remove() }
        let path = node.directory + "/admin.sock"
        try Data("keep".utf8).write(to: URL(fileURLWithPath: path))
        let server = UnixHTTPServer(
            routes: AdminAPI(node: node).routes, rule: .trust, path: path, logger: Self.logger)
        await #expect(throws: ListenError.self) { try await server.run() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "keep")
    }

    /// Leaves a socket file behind on which nobody listens, as a killed process does.
    private static func leaveSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
    }
}
