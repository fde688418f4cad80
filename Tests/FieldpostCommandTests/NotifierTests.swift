// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import FieldpostNode
import FieldpostStore
import Foundation
import Glibc
import TestKit
import Testing

@Suite struct NotifierTests {
    @Test func `Each state is one datagram at the socket's path`() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/notify"
        let receiver = try DatagramReceiver(name: path)
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": path])
        #expect(notifier.send("READY=1"))
        notifier.keepAlive()
        #expect(receiver.next() == "READY=1")
        #expect(receiver.next() == "WATCHDOG=1")
    }

    @Test func `A reload before the node serves is performed, and does not mark the node as ready`() throws {
        let directory = try TemporaryDirectory()
        let receiver = try DatagramReceiver(name: "\(directory.path)/notify")
        let readiness = ServiceReadiness(
            notifier: ServiceNotifier(environment: ["NOTIFY_SOCKET": "\(directory.path)/notify"]))
        var reloads = 0
        readiness.reload { reloads += 1 }
        #expect(reloads == 1 && receiver.next() == nil)
        readiness.ready()
        #expect(receiver.next() == "READY=1")
        readiness.reload { reloads += 1 }
        #expect(receiver.next()?.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") == true)
        #expect(reloads == 2 && receiver.next() == "READY=1")
    }

    @Test func `A node is alive while its writer goes on or has nothing to do`() {
        let busy = WriterPulse(turn: 7, isIdle: false)
        #expect(busy.isAlive(since: nil))
        #expect(!busy.isAlive(since: busy))
        #expect(WriterPulse(turn: 8, isIdle: false).isAlive(since: busy))
        #expect(WriterPulse(turn: 7, isIdle: true).isAlive(since: busy))
    }

    @Test func `A name that begins with @ is an abstract socket`() throws {
        let name = "@fieldpost-test-\(UUID().uuidString)"
        let receiver = try DatagramReceiver(name: name)
        #expect(ServiceNotifier(environment: ["NOTIFY_SOCKET": name]).send("STOPPING=1"))
        #expect(receiver.next() == "STOPPING=1")
    }

    @Test(arguments: ["", "relative", "/nowhere/notify", String(repeating: "/long", count: 40)])
    func `A missing listener is not an error`(name: String) {
        #expect(!ServiceNotifier(environment: ["NOTIFY_SOCKET": name]).send("READY=1"))
    }

    @Test func `It notifies systemd twice as often as asked, if it is the process that was asked`() {
        #expect(ServiceNotifier(environment: ["WATCHDOG_USEC": "30000000"]).keepAliveInterval == .seconds(15))
        #expect(ServiceNotifier(environment: [:]).keepAliveInterval == nil)
        #expect(ServiceNotifier(environment: ["WATCHDOG_USEC": "x"]).keepAliveInterval == nil)
        #expect(ServiceNotifier(environment: ["WATCHDOG_USEC": "9", "WATCHDOG_PID": "1"]).keepAliveInterval == nil)
    }
}

/// A bound datagram socket, like systemd's.
final class DatagramReceiver {
    private let descriptor: CInt

    struct Failure: Error {
        let code: CInt
    }

    init(name: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8).map { $0 == UInt8(ascii: "@") ? 0 : $0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0 else { throw Failure(code: errno) }
    }

    deinit { close(descriptor) }

    /// The next datagram; nil when none is waiting. A local socket has the datagram when the sending call returns.
    func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}
