// The compiler takes C structures for part of the module in which it meets them first.
import CDispatch
import CoreFoundation
import Foundation
import Glibc

/// What a running process has used so far. It must belong to the same user.
struct ProcessMeter: Sendable {
    let id: Int32

    /// Processor time in nanoseconds, of all threads, also those that ended.
    var cpu: UInt64 {
        var clock = clockid_t()
        guard clock_getcpuclockid(id, &clock) == 0 else { return 0 }
        return Self.now(clock)
    }

    /// Bytes that it caused to be written to a disk (proc(5), `io`).
    var written: UInt64 { number("io", "write_bytes:") }

    /// Bytes of memory: the most since `resetPeak`.
    var peak: UInt64 { number("status", "VmHWM:") * 1024 }

    var resident: UInt64 { number("status", "VmRSS:") * 1024 }

    /// The peak starts again at what is in use now.
    func resetPeak() {
        guard let file = fopen("/proc/\(id)/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    private func number(_ file: String, _ key: String) -> UInt64 {
        guard let text = try? String(contentsOfFile: "/proc/\(id)/\(file)", encoding: .utf8) else { return 0 }
        let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
        let word = line?.dropFirst(key.count).split { $0 == " " || $0 == "\t" }.first
        return word.flatMap { UInt64($0) } ?? 0
    }

    /// Nanoseconds on a clock of the system.
    static func now(_ clock: clockid_t = CLOCK_MONOTONIC) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension ProcessMeter {
    /// Holds up the calling thread.
    static func pause(nanoseconds: Int) {
        var time = timespec(tv_sec: 0, tv_nsec: nanoseconds)
        nanosleep(&time, nil)
    }
}

/// Use of a process between two moments.
struct Usage: Sendable {
    private let meter: ProcessMeter
    private let cpu: UInt64
    private let written: UInt64
    private let start = ProcessMeter.now()

    init(of process: Int32) {
        meter = ProcessMeter(id: process)
        meter.resetPeak()
        cpu = meter.cpu
        written = meter.written
    }

    var cpuMicroseconds: Double { Double(meter.cpu - cpu) / 1000 }

    var writtenBytes: Double { Double(meter.written - written) }

    var peakMebibytes: Double { Double(meter.peak) / 1_048_576 }

    /// Of one core, in percent, since the start.
    var cpuPercent: Double { Double(meter.cpu - cpu) / Double(max(1, ProcessMeter.now() - start)) * 100 }
}

/// Times in nanoseconds, from which percentiles are taken.
struct Latencies: Sendable {
    private let sorted: [UInt64]

    init(_ nanoseconds: [UInt64]) { sorted = nanoseconds.sorted() }

    var count: Int { sorted.count }

    /// Milliseconds; `share` in 0...1.
    func milliseconds(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1_000_000
    }
}
