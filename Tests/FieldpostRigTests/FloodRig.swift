// C structures count as its own where the compiler meets them there first.
import CoreFoundation
import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import Glibc
import Testing

extension Rigs {
    /// Strangers that open connections and say nothing, a byte now and then, or something else than TLS.
    @Suite(.timeLimit(.minutes(10))) struct FloodRig {
        @Test func `A flood of connections keeps no gateway from central, and takes little memory`() async throws {
            let count = Rig.count(2_000, long: 10_000)
            try await Rig.run("flood", least: 40) { rig in try await Self.flood(rig, count: count) }
        }

        /// SECURITY.md says "twice"; a machine that does other work meanwhile is allowed as much again.
        private static let slowdown = 4.0
        /// Milliseconds below which a median is too short to be a ratio of.
        private static let least = Duration.milliseconds(8)

        private static func flood(_ rig: Rig, count: Int) async throws {
            let fleet = try await rig.fleet(gateways: 1)
            let port = try await Self.port(of: fleet.central)
            try await rig.feed(8, to: fleet.intakes[1])
            _ = try await fleet.converge(within: 30)
            let quiet = try await rig.latency(fleet)
            let memory = fleet.central.memory.resident

            var flood = Flood(port: port)
            var medians: [Duration] = []
            for _ in 0..<4 {
                flood.open(count / 4)
                flood.drip()
                medians.append(try await rig.latency(fleet))
            }
            let slowest = medians.max() ?? .zero
            let times = (slowest / quiet * 10).rounded() / 10
            rig.check(
                medians.sorted()[2] < max(quiet, Self.least) * Self.slowdown,
                "reports took \(medians) to central in the flood, and \(quiet) before it")
            rig.measure {
                $0.figures.append(("connections", "\(flood.opened)"))
                $0.figures.append(("times as long to central in it", "\(times)"))
            }
            rig.check(flood.opened >= count / 2, "only \(flood.opened) connections were opened")
            rig.check(memory > 0, "central's memory cannot be read")
            let grown = fleet.central.memory.resident - memory
            rig.check(grown < Rig.memory(64 * 1024 * 1024), "central took \(grown) bytes for them")

            // A gateway that was never there before is let in meanwhile.
            let late = try rig.node(
                "gateway", named: "late", dials: ["127.0.0.1:\(port)"], grids: Rig.grids(of: 2))
            try await late.enroll(with: fleet.central, grids: Rig.grids(of: 2))
            let intake = try await rig.start(late)
            try await rig.feed(4, to: intake)
            let difference = try await Pair.difference(gateway: late, central: fleet.central, within: 30)
            rig.check(difference == nil, "a gateway did not get through the flood: \(difference ?? "")")

            let log = try String(contentsOfFile: fleet.central.directory + "/log", encoding: .utf8)
            let lines = log.split(separator: "\n").count { $0.contains("no session") }
            rig.check((1...16).contains(lines), "\(lines) lines of \(flood.opened) connections are in the log")
            flood.close()
            try await rig.look(at: fleet.intakes[0], for: rig.ledger.page)
            let status = try await fleet.central.socket.status()
            rig.check(status.alarms.isEmpty, "central has alarms: \(status.alarms)")
            rig.countTrial()
        }

        private static func port(of central: NodeProcess) async throws -> UInt16 {
            let address = try await central.socket.status().peerAddress
            return try #require(address?.split(separator: ":").last.flatMap { UInt16($0) })
        }
    }
}

/// Connections that a stranger holds open.
private struct Flood {
    let port: UInt16
    private(set) var opened = 0
    private var descriptors: [CInt] = []

    init(port: UInt16) {
        self.port = port
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, 20_000)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Does not wait for any of them.
    mutating func open(_ count: Int) {
        for _ in 0..<count {
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
            guard descriptor >= 0 else { return }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            descriptors.append(descriptor)
            opened += 1
        }
    }

    /// The start of a TLS record on every second connection, something else on every tenth.
    func drip() {
        for (number, descriptor) in descriptors.enumerated() where number % 2 == 0 {
            let bytes: [UInt8] = number % 10 == 0 ? Array("GET / HTTP/1.1\r\n".utf8) : [0x16]
            _ = send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
        }
    }

    mutating func close() {
        for descriptor in descriptors { Glibc.close(descriptor) }
        descriptors = []
    }
}
