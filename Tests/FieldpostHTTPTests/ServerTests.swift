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

    @Test func `a resync is reported line by line, to its end`() async throws {
        let lines = try await resync(failure: nil)
        #expect(lines.count == 2)
        #expect(lines.last?["is_finished"] as? Bool == true)
    }

    @Test func `an interrupted resync ends with the problem`() async throws {
        let lines = try await resync(failure: .interrupted("test"))
        #expect(lines.count == 2)
        let problem = lines.last?["error"] as? [String: Any]
        #expect(problem?["type"] as? String == "urn:fieldpost:problem:interrupted")
    }

    @Test(arguments: [("?gateway=nowhere", 404), ("", 400), ("?gateway=station-1&x=1", 400)])
    func `a resync of an unknown gateway is refused`(query: String, status: Int) async throws {
        try await withAdmin(failure: nil) { client in
            let response = try await client.execute(uri: "/v1/resync" + query, method: .post)
            #expect(response.status.code == status)
            #expect(response.headers[.contentType] == "application/problem+json")
        }
    }

    private func resync(failure: ResyncError?) async throws -> [[String: Any]] {
        let text = try await withAdmin(failure: failure) { client in
            let response = try await client.execute(uri: "/v1/resync?gateway=\(TestNode.gateway)", method: .post)
            #expect(response.headers[.contentType] == "application/x-ndjson")
            return String(buffer: response.body)
        }
        return try text.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    private func withAdmin<Value: Sendable>(
        failure: ResyncError?, _ body: @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        var node = try TestNode()
        node.resyncFailure = failure
        defer { node.remove() }
        let application = Application(router: Router.administration(of: node, Self.logger), logger: Self.logger)
        return try await application.test(.router, body)
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
