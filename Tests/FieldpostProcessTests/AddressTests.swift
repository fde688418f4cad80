import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import Glibc
import NIOHTTP1
import TestKit
import Testing

/// Names with several addresses, in a namespace with its own names.
@Suite(.serialized, .timeLimit(.minutes(15)), .enabled(if: geteuid() == 0)) struct AddressTests {
    private let place: TemporaryDirectory
    private var directory: String { place.path }
    private let wrapper: [String]

    init() throws {
        place = try TemporaryDirectory()
        let directory = place.path
        let hosts = "127.0.0.1 all.test\n127.0.0.2 all.test\n::1 all.test\n192.0.2.7 all.test\n127.0.0.9 dead.test\n"
        try Data("127.0.0.1 localhost\n\(hosts)127.0.0.1 dead.test\n".utf8).write(
            to: URL(fileURLWithPath: "\(directory)/hosts"))
        wrapper = [
            "/usr/bin/unshare", "-m", "--propagation", "private", "/bin/sh", "-c",
            "mount --bind \(directory)/hosts /etc/hosts && exec \"$0\" \"$@\"",
        ]
    }

    private func answers(_ address: String) async -> Bool {
        guard let exchange = try? HTTPExchange(address: address) else { return false }
        return (try? await exchange.send(.GET, "/healthz")) != nil
    }

    @Test func `A node listens on all addresses of a name with one port, and reports the real ones`() async throws {
        let node = try Daemon(
            "central", directory: "\(directory)/state",
            arguments: ["--http", "all.test:0", "--listen", "all.test:0"], wrapper: wrapper)
        #expect(try await node.says(" ready "), "\(node.text)")
        let status = try await node.socket.status()
        let port = try #require(status.httpAddress?.split(separator: ":").last)
        let places = Set(["127.0.0.1:\(port)", "127.0.0.2:\(port)", "[::1]:\(port)"])
        // An address of another machine does not prevent it.
        #expect(Set(status.httpAddresses) == places)
        for place in places { #expect(await answers(place), "\(place)") }
        let ready = try #require(node.text.split(separator: "\n").first { $0.contains(" ready ") })
        #expect(places.allSatisfy { ready.contains($0) } && !ready.contains("all.test"), "\(ready)")
        #expect(
            status.peerAddresses.count == 3
                && Set(status.peerAddresses.map { $0.split(separator: ":").last }).count == 1)
        #expect(status.peerAddress == status.peerAddresses.first)
    }

    @Test(arguments: ["*", "[::]", "0.0.0.0", "localhost", "[::1]"]) func `Every form of an address is served`(
        host: String
    ) async throws {
        let node = try Daemon(
            "gateway", directory: "\(directory)/state", arguments: ["--http", "\(host):0"], wrapper: wrapper)
        #expect(try await node.says(" ready "), "\(node.text)")
        let address = try #require(try await node.socket.status().httpAddress)
        let port = try #require(address.split(separator: ":").last)
        #expect(await answers(host == "[::1]" ? "[::1]:\(port)" : "127.0.0.1:\(port)"), "\(address)")
        if ["*", "[::]"].contains(host) { #expect(await answers("[::1]:\(port)")) }
    }

    @Test func `A dialler tries all addresses of a name`() async throws {
        let central = try Daemon(
            "central", directory: "\(directory)/central",
            arguments: ["--http", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--insecure"])
        #expect(try await central.says(" ready "), "\(central.text)")
        let port = try #require(try await central.socket.status().peerAddress?.split(separator: ":").last)
        let gateway = try Daemon(
            "gateway", directory: "\(directory)/gateway",
            arguments: ["--http", "127.0.0.1:0", "--dial", "dead.test:\(port)", "--insecure", "--log-level", "info"],
            wrapper: wrapper)
        let isConnected = try await waits {
            (try? await gateway.socket.status().peers.contains(where: \.isConnected)) ?? false
        }
        #expect(isConnected, "\(gateway.text)")
    }

    @Test func `A first enrollment is reported, and the end of a session says why at once`() async throws {
        let central = try Program.node("central", "central", in: "\(directory)/central")
        let address = try #require(try await central.start().peerAddress)
        defer { central.kill() }
        let gateway = try Program.node("gateway", "station-1", in: "\(directory)/gateway", ["--dial", address])
        try await gateway.start()
        defer { gateway.kill() }
        try await gateway.enroll(with: central)
        let isConnected = try await waits {
            try await gateway.socket.status().peers.contains(where: \.isConnected)
        }
        #expect(isConnected)
        let log = try String(contentsOfFile: gateway.directory + "/log", encoding: .utf8)
        #expect(log.contains("this gateway was enrolled with the central node"), "\(log)")
        #expect(!log.contains("another central"), "\(log)")

        for isOrderly in [true, false] {
            if isOrderly { #expect(await central.stop()) } else { central.kill() }
            let isClosed = try await waits {
                try await gateway.socket.status().peers.allSatisfy { !$0.isConnected }
            }
            #expect(isClosed)
            let error = try await gateway.socket.status().peers.first?.lastError
            #expect(error?.isEmpty == false)
            try await central.start()
            let isBack = try await waits {
                try await gateway.socket.status().peers.contains(where: \.isConnected)
            }
            #expect(isBack)
            #expect(try await gateway.socket.status().peers.first?.lastError == nil)
        }
    }
}
