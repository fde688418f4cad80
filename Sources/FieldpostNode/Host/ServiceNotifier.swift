// The compiler sees C structures as part of this module if it meets them here first.
import CoreFoundation
import Foundation
import Glibc

/// Tells systemd the state of the daemon: one datagram for each change, to the socket in `NOTIFY_SOCKET`
/// (sd_notify(3)). Without that variable every call does nothing.
package struct ServiceNotifier: Sendable {
    /// A path, or an abstract name that starts with "@". Nil if nobody listens.
    private let socketName: String?
    /// How often to say that this process is alive: half of the time that systemd waits. Nil if systemd does not ask
    /// for it.
    package let keepAliveInterval: Duration?

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        socketName = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isForThisProcess = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        keepAliveInterval = environment["WATCHDOG_USEC"].flatMap { UInt64($0) }.flatMap {
            $0 > 1 && isForThisProcess ? .microseconds(Int64(clamping: $0 / 2)) : nil
        }
    }

    /// Call this when everything listens. systemd then counts the unit as started.
    func ready() { send("READY=1") }

    /// Call this before the configuration is read again, and `ready` after it. systemd requires `MONOTONIC_USEC` from
    /// units with `Type=notify-reload`.
    func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
        send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    package static func stopping() { ServiceNotifier().send("STOPPING=1") }

    /// Sets one line of text that `systemctl status` shows.
    package static func status(_ line: String) { ServiceNotifier().send("STATUS=\(line)") }

    package func keepAlive() { send("WATCHDOG=1") }

    /// Returns false if nobody listens or the datagram could not be sent. The node continues in both cases.
    @discardableResult
    package func send(_ state: String) -> Bool {
        guard let name = socketName, var address = Self.address(name) else { return false }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(state.utf8)
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.utf8.count)
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL), $0, length)
            }
        }
        return sent == bytes.count
    }

    /// Returns nil for a name that is neither a path nor abstract, or that is too long for a socket's address.
    private static func address(_ name: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        switch bytes.first {
        case UInt8(ascii: "/"): break
        case UInt8(ascii: "@"): bytes[0] = 0
        default: return nil
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }
}
