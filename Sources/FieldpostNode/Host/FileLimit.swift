// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import FieldpostCore
import Glibc

/// How many files and connections this process may have open (getrlimit(2), `RLIMIT_NOFILE`).
package enum FileLimit {
    /// Raises the soft limit to the hard one. The soft limit protects programs that use select(2), and this one does
    /// not (systemd.exec(5), "Process Properties").
    package static func raise() {
        var limit = read()
        guard limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    package static var current: Int { Int(clamping: read().rlim_cur) }

    /// How many sessions a process with so many files may hold. The journal, the HTTP listeners and handshakes need
    /// the rest.
    package static func sessions(of files: Int) -> Int {
        min(Limits.sessions, max(files - Limits.otherFiles, files / 2))
    }

    private static func read() -> rlimit {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }
}
