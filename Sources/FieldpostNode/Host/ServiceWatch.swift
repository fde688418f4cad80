import FieldpostCore
import Foundation
import Synchronization

/// What the parts around a node know that its operator must hear: how the certificate of HTTP stands, and whether the
/// configuration could be read again.
package final class ServiceWatch: Sendable {
    private struct State {
        var certificate: ServedCertificate?
        var configuration: String?
    }

    private let state = Mutex(State())
    /// Where systemd put the copies that it made of files at the start (`LoadCredential=`, systemd.exec(5)).
    private let credentials: String?

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        credentials = environment["CREDENTIALS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Nil where HTTP is served without TLS.
    package var certificate: ServedCertificate? {
        get { state.withLock { $0.certificate } }
        set { state.withLock { $0.certificate = newValue } }
    }

    /// What is wrong with the configuration as it stands now, so that the next start would fail; nil when nothing is.
    package var configuration: String? {
        get { state.withLock { $0.configuration } }
        set { state.withLock { $0.configuration = newValue } }
    }

    /// A copy of systemd's is not made anew while the unit runs.
    private func start(of certificate: ServedCertificate) -> String {
        guard let credentials, certificate.file.hasPrefix(credentials + "/") else {
            return "Put a renewed one there: it is served within a minute, or at once after a reload."
        }
        return
            "It is the copy that systemd made at the start: renew the file that `LoadCredential=` of the unit names, "
            + "and restart the unit, which loses nothing."
    }

    /// `now`: milliseconds since 1970, by this machine's clock.
    package func alarms(now: Int64) -> [String] {
        let (certificate, configuration) = state.withLock { ($0.certificate, $0.configuration) }
        var alarms = certificate?.alarms(now: now / 1000, start: certificate.map(start(of:)) ?? "") ?? []
        if let configuration {
            alarms.append(
                "The configuration cannot be taken up as it stands, and the next start would fail: \(configuration) "
                    + "The node goes on with what it was started with. Mend the file, and reload.")
        }
        return alarms
    }
}

/// The certificate that HTTP is served with.
package struct ServedCertificate: Hashable, Sendable {
    package let file: String
    /// Holds from and to, in seconds since 1970.
    package let from: Int64
    package let to: Int64
    /// Why the files, as they stand now, are not served; nil when they are.
    package let problem: String?

    package init(file: String, from: Int64, to: Int64, problem: String?) {
        (self.file, self.from, self.to, self.problem) = (file, from, to, problem)
    }

    /// `start`: what to do for another one.
    fileprivate func alarms(now: Int64, start: String) -> [String] {
        var alarms: [String] = []
        let left = to - now
        if left < 0 {
            alarms.append(
                "The certificate of HTTP (\(file)) ended on \(day(to)): terminals and browsers refuse it. Reports that "
                    + "are here are safe. \(start)")
        } else if left <= Limits.certificateUrgentSeconds {
            // Begun days count.
            let days = max(1, (left + 86_399) / 86_400)
            alarms.append(
                "The certificate of HTTP (\(file)) ends within \(days) days, on \(day(to)); terminals and "
                    + "browsers refuse it then. Now is the time. \(start)")
        } else if left <= Limits.certificateNoticeSeconds {
            alarms.append(
                "The certificate of HTTP (\(file)) ends in \(left / 86_400) days, on \(day(to)). \(start)")
        }
        if from > now {
            alarms.append(
                "The certificate of HTTP (\(file)) holds only from \(day(from)), by this machine's clock: terminals "
                    + "and browsers may refuse it. Look at the clock first, then at the certificate.")
        }
        if let problem {
            alarms.append("\(problem) The certificate of before is still served; the next start would fail.")
        }
        return alarms
    }

    private func day(_ seconds: Int64) -> String { String(wallClockText(seconds * 1000).prefix(10)) }
}
