package import FieldpostCore
import Foundation
import Synchronization

/// Facts that the parts around a node know and its operator must see: the state of the HTTP certificate, and whether
/// the configuration could be read again.
package final class ServiceWatch: Sendable {
    private struct State {
        var certificate: ServedCertificate?
        var configuration: String?
    }

    private let state = Mutex(State())
    /// The directory of the copies that systemd made of files at the start (`LoadCredential=`, systemd.exec(5)).
    private let credentials: String?

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        credentials = environment["CREDENTIALS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Nil if HTTP is served without TLS.
    package var certificate: ServedCertificate? {
        get { state.withLock { $0.certificate } }
        set { state.withLock { $0.certificate = newValue } }
    }

    /// What is wrong with the present configuration, so that the next start would fail. Nil if it is correct.
    package var configuration: String? {
        get { state.withLock { $0.configuration } }
        set { state.withLock { $0.configuration = newValue } }
    }

    /// systemd does not renew its copy while the unit runs.
    private func start(of certificate: ServedCertificate) -> String {
        guard let credentials, certificate.file.hasPrefix(credentials + "/") else {
            return "Put a renewed certificate there. It is served within a minute, or at once after a reload."
        }
        return
            "This is the copy that systemd made at the start. Renew the file that `LoadCredential=` of the unit names, "
            + "then restart the unit. This loses nothing."
    }

    /// `now`: milliseconds since 1970, by this machine's clock.
    package func alarms(now: Int64) -> [String] {
        let (certificate, configuration) = state.withLock { ($0.certificate, $0.configuration) }
        var alarms = certificate?.alarms(now: now / 1000, start: certificate.map(start(of:)) ?? "") ?? []
        if let configuration {
            alarms.append(
                "The configuration cannot be loaded, and the next start would fail: \(configuration) "
                    + "The node continues with its old configuration. Correct the file, then reload.")
        }
        return alarms
    }
}

/// The certificate with which HTTP is served.
package struct ServedCertificate: Hashable, Sendable {
    package let file: String
    /// The start and the end of its validity, in seconds since 1970.
    package let from: Int64
    package let to: Int64
    /// Why the present files are not served. Nil if they are.
    package let problem: String?

    package init(file: String, from: Int64, to: Int64, problem: String?) {
        (self.file, self.from, self.to, self.problem) = (file, from, to, problem)
    }

    /// Whether browsers accept it at a time, if they trust its authority.
    package func isValid(at now: Instant) -> Bool {
        let slack = Int64(clamping: now.uncertaintyMilliseconds)
        return now.milliseconds - slack >= from * 1000 && now.milliseconds + slack < to * 1000
    }

    /// `start`: how to get another certificate.
    fileprivate func alarms(now: Int64, start: String) -> [String] {
        var alarms: [String] = []
        let left = to - now
        if left < 0 {
            alarms.append(
                "The certificate of HTTP (\(file)) expired on \(day(to)). Terminals and browsers refuse it. Reports "
                    + "here are safe. \(start)")
        } else if left <= Limits.certificateUrgentSeconds {
            // A part of a day counts as a day.
            let days = max(1, (left + 86_399) / 86_400)
            alarms.append(
                "The certificate of HTTP (\(file)) expires within \(days) days, on \(day(to)). Then terminals and "
                    + "browsers refuse it. Renew it now. \(start)")
        } else if left <= Limits.certificateNoticeSeconds {
            alarms.append(
                "The certificate of HTTP (\(file)) expires in \(left / 86_400) days, on \(day(to)). \(start)")
        }
        if from > now {
            alarms.append(
                "The certificate of HTTP (\(file)) is not valid before \(day(from)), by this machine's clock. "
                    + "Terminals and browsers may refuse it. Check the clock first, then the certificate.")
        }
        if let problem {
            alarms.append("\(problem) The old certificate is still served, but the next start would fail.")
        }
        return alarms
    }

    private func day(_ seconds: Int64) -> String { String(wallClockText(seconds * 1000).prefix(10)) }
}
