// C structures count as its own where the compiler meets them there first.
import CoreFoundation
import Foundation
import Glibc

/// Tells systemd how the daemon stands: one datagram for each change to the socket that `NOTIFY_SOCKET` names
/// (sd_notify(3)). Without that variable every call does nothing.
package struct ServiceNotifier: Sendable {
    /// A path, or an abstract name that starts with "@"; nil when no one listens.
    private let socketName: String?
    /// How often to say that this process is alive: half of what systemd waits. Nil when it does not ask.
    package let keepAliveInterval: Duration?

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        socketName = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isForThisProcess = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        keepAliveInterval = environment["WATCHDOG_USEC"].flatMap { UInt64($0) }.flatMap {
            $0 > 1 && isForThisProcess ? .microseconds(Int64(clamping: $0 / 2)) : nil
        }
    }

    /// Once everything listens: systemd then counts the unit as started.
    func ready() { send("READY=1") }

    /// Before the configuration is read again; `ready` follows. `MONOTONIC_USEC` is what systemd asks for of units with
    /// `Type=notify-reload`.
    func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
        send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    package static func stopping() { ServiceNotifier().send("STOPPING=1") }

    /// One line for people, shown by `systemctl status`.
    package static func status(_ line: String) { ServiceNotifier().send("STATUS=\(line)") }

    package func keepAlive() { send("WATCHDOG=1") }

    /// False when nobody is listening or the datagram could not be sent: never a reason to stop working.
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

    /// Nil for a name that is neither a path nor abstract, or too long for a socket's address.
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
