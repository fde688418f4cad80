// The compiler sees C structures as part of this module if it meets them here first.
import CoreFoundation
import FieldpostCore
import Foundation
import Glibc

/// What Linux says of this process (proc(5)), under the names that all programs use for it.
enum ProcessSamples {
    static func now() -> [MetricSample] {
        var samples = [
            MetricSample(.processCPU, processorSeconds), MetricSample(.processFileLimit, Double(FileLimit.current)),
        ]
        if let start { samples.append(MetricSample(.processStart, start)) }
        if let pages = text("/proc/self/statm")?.split(separator: " ").dropFirst().first.flatMap({ Double($0) }) {
            samples.append(MetricSample(.processMemory, pages * Double(sysconf(Int32(_SC_PAGESIZE)))))
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            samples.append(MetricSample(.processFiles, Double(files)))
        }
        return samples
    }

    /// Bytes that the file system of a directory has free for this process. Nil if nobody can say.
    static func freeBytes(at directory: String) -> Double? {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return nil }
        return Double(status.f_bavail) * Double(status.f_frsize)
    }

    /// Read once, so that a wall clock that is set later does not look like a restart.
    private static let start: Double? = {
        // The name of the program may have spaces, so what follows its parenthesis counts.
        let fields = text("/proc/self/stat")?.split(separator: ")").last?.split(separator: " ")
        let boot = text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }?.dropFirst(6)
        guard let fields, fields.count > 19, let ticks = Double(fields[19]), let boot = boot.flatMap({ Double($0) })
        else { return nil }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()

    private static var processorSeconds: Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
