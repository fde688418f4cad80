// The compiler sees C structures as part of this module if it meets them here first.
import CoreFoundation
package import FieldpostCore
package import FieldpostSync
import Foundation
import Glibc

/// The clocks of this machine.
package struct HostClock: Sendable {
    /// This run of the kernel. Random if the kernel does not say.
    package let boot: BootID

    package init() {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        boot = text.flatMap { BootID(text: $0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? .random()
    }

    package func moment() -> Moment {
        Moment(
            monotonicMilliseconds: UInt64(max(milliseconds(CLOCK_BOOTTIME), 0)),
            wallMilliseconds: milliseconds(CLOCK_REALTIME))
    }

    package func stamp() -> Stamp {
        let now = moment()
        return Stamp(
            wallMilliseconds: now.wallMilliseconds, boot: boot, monotonicMilliseconds: now.monotonicMilliseconds)
    }

    /// Whether systemd-timesyncd says that the wall clock is right (systemd-timesyncd.service(8)).
    package var isSynchronized: Bool {
        FileManager.default.fileExists(atPath: "/run/systemd/timesync/synchronized")
    }

    /// What the hello says about the wall clock.
    func reading() -> ClockReading {
        return ClockReading(
            wallMilliseconds: milliseconds(CLOCK_REALTIME), quality: isSynchronized ? .synchronized : .unknown,
            monotonicMilliseconds: moment().monotonicMilliseconds)
    }

    private func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
