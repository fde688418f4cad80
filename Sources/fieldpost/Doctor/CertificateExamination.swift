import FieldpostCore
import FieldpostHTTP
import Foundation

/// The certificate of HTTP: how long it holds, and for whom.
enum CertificateExamination {
    /// `now`: seconds since 1970.
    static func findings(_ facts: CertificateFacts, of file: String, publicURL: String?, now: Int64) -> [Finding] {
        let names = facts.names.isEmpty ? "no host" : facts.names.joined(separator: ", ")
        let left = facts.to - now
        let day = Date(timeIntervalSince1970: TimeInterval(facts.to)).formatted(.iso8601.year().month().day())
        let renew = "renew it and put it there; it is served within a minute"
        var findings: [Finding] = []
        if left <= 0 {
            findings.append(.fault("certificate", "\(file) expired on \(day)", mend: renew))
        } else if facts.from > now {
            findings.append(
                .fault(
                    "certificate", "\(file) is not valid yet by this machine's clock",
                    mend: "set the clock right first, then look again"))
        } else if left <= Limits.certificateNoticeSeconds {
            findings.append(.warning("certificate", "\(file) expires on \(day)", mend: renew))
        } else {
            let authorities = Quantity.count(facts.authorities, "authority", "authorities")
            findings.append(
                .ok("certificate", "\(file) holds until \(day) for \(names), with \(authorities) after it"))
        }
        guard let publicURL, publicURL.hasPrefix("https://"), let host = URL(string: publicURL)?.host,
            !facts.holds(for: host)
        else { return findings }
        findings.append(
            .fault(
                "certificate", "public_url names \(host), and \(file) holds for \(names)",
                mend: "get a certificate for \(host), or correct public_url; browsers refuse it otherwise. A reverse "
                    + "proxy with its own certificate makes this line harmless"))
        return findings
    }
}
