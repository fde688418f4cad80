// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import FieldpostAPI
import FieldpostClient
import Foundation
import Glibc
import TestKit
import Testing

/// The effect of signals on a node, and of a reload.
@Suite(.serialized, .timeLimit(.minutes(15))) struct SignalTests {
    private let place: TemporaryDirectory
    private var directory: String { place.path }

    init() throws { place = try TemporaryDirectory() }

    private func configuration(_ more: String) throws -> String {
        try place.file(
            "gateway.yaml",
            """
            http: 127.0.0.1:0
            http_certificate: \(directory)/http.crt
            http_key: \(directory)/http.key
            \(more)
            """)
    }

    @Test func `SIGHUP applies a renewed certificate and the log level, and names the other changes`() async throws {
        try CertificateFiles(in: directory).make("http", subject: "first", days: 5)
        let file = try configuration("log_level: notice\n")
        let node = try Daemon("gateway", directory: "\(directory)/state", arguments: ["--configuration", file])
        #expect(try await node.says(" ready "), "\(node.text)")
        let started = try await node.socket.status()
        let address = try #require(started.httpAddress)
        #expect(try await OpenSSL.subject(at: address).contains("CN=first"))
        #expect(started.alarms.contains { $0.contains("expires within 5 days") }, "\(started.alarms)")

        try CertificateFiles(in: directory).make("http", subject: "second")
        _ = try configuration("log_level: info\nname: 新站\ngrids: [\"10014\"]\n")
        node.send(SIGHUP)
        #expect(try await node.says("read the configuration again"), "\(node.text)")
        #expect(try await node.says("name, grids changed in the configuration: this applies at the next start"))
        #expect(try await OpenSSL.subject(at: address).contains("CN=second"))
        let renewed = try await node.socket.status()
        #expect(renewed.name == started.name && !renewed.alarms.contains { $0.contains("certificate") })

        // A wrong configuration changes nothing, and is reported until it is corrected.
        _ = try configuration("log_level: loud\n")
        node.send(SIGHUP)
        #expect(try await node.says("the configuration was not applied"), "\(node.text)")
        #expect(try await node.socket.status().alarms.contains { $0.contains("log_level") })
        _ = try configuration("log_level: error\n")
        node.send(SIGHUP)
        let isMended = try await waits {
            try await !node.socket.status().alarms.contains { $0.contains("log_level") }
        }
        #expect(isMended)
        // The earlier reload was logged; now the log contains only errors.
        #expect(node.text.components(separatedBy: "read the configuration again").count == 2, "\(node.text)")
        try FileManager.default.removeItem(atPath: "\(directory)/http.key")
        node.send(SIGHUP)
        #expect(try await node.says("The old certificate is still served"), "\(node.text)")
        #expect(try await OpenSSL.subject(at: address).contains("CN=second"))
        let alarms = try await node.socket.status().alarms
        #expect(alarms.contains { $0.contains("http.key cannot be read") })
        #expect(!alarms.contains { $0.contains("log_level") })
        node.send(SIGTERM)
        #expect(try await node.end() == 0, "\(node.text)")
    }

    @Test func `Signals sent by mistake do not end a node, and systemd learns of a reload`() async throws {
        let file = try place.file("central.yaml", "http: 127.0.0.1:0\n")
        let receiver = try NotifySocket(path: "\(directory)/notify")
        let node = try Daemon(
            "central", directory: "\(directory)/state", arguments: ["--configuration", file],
            environment: ["NOTIFY_SOCKET": "\(directory)/notify"])
        #expect(try await node.says(" ready "), "\(node.text)")
        #expect(receiver.next() == "READY=1")
        for signal in [SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE, SIGVTALRM, SIGHUP] { node.send(signal) }
        #expect(receiver.next()?.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") == true)
        #expect(receiver.next() == "READY=1")
        #expect(try await node.says("read the configuration again"))
        #expect(node.isRunning)
        #expect(try await node.socket.status().alarms.isEmpty)
        node.send(SIGHUP)
        node.send(SIGINT)
        #expect(try await node.end() == 0, "\(node.text)")
    }

    @Test func `A signal to stop or reload while a node starts is handled cleanly`() async throws {
        for delay in [20, 60, 120, 200, 300, 450, 700] {
            let node = try Daemon(
                "central", directory: "\(directory)/state", arguments: ["--http", "127.0.0.1:0"])
            try await Task.sleep(for: .milliseconds(delay))
            node.send(SIGHUP)
            node.send(SIGTERM)
            // Before the node handles signals, the system's default applies. Nothing has begun then.
            let status = try await node.end()
            #expect([0, 128 + SIGHUP, 128 + SIGTERM].contains(status), "\(delay) ms: \(status)\n\(node.text)")
            #expect(status == 0 || node.text.isEmpty, "\(delay) ms: \(status)\n\(node.text)")
        }
    }

    @Test func `A node runs although nobody reads its log`() async throws {
        let node = try Daemon(
            "central", directory: "\(directory)/state",
            arguments: ["--http", "127.0.0.1:0", "--log-level", "trace"],
            wrapper: ["/bin/bash", "-c", "exec \"$0\" \"$@\" 2> >(exec 0<&-; sleep 0.1)"])
        #expect(try await waits { (try? await node.socket.status().httpAddress) != nil })
        try await Task.sleep(for: .milliseconds(300))
        node.send(SIGHUP)
        #expect(try await waits { (try? await node.socket.status().httpAddress) != nil })
        node.send(SIGTERM)
        #expect(try await node.end() == 0)
    }
}

/// The socket on which systemd listens.
private struct NotifySocket {
    private let descriptor: CInt

    init(path: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// The next change of state. Lines of status come beside them, and a slow start asks for more time.
    func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 1024)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { return nil }
            let text = String(decoding: buffer.prefix(count), as: UTF8.self)
            if !text.hasPrefix("STATUS="), !text.hasPrefix("EXTEND_TIMEOUT_USEC=") { return text }
        }
    }
}
