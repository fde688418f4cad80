import FieldpostCore
import Testing

@testable import FieldpostNode

struct ServiceWatchTests {
    private static let end: Int64 = 1_800_000_000
    private static let day: Int64 = 86_400

    private func alarms(daysLeft: Double, from: Int64 = 0, problem: String? = nil) -> [String] {
        let watch = ServiceWatch()
        watch.certificate = ServedCertificate(file: "/f.crt", from: from, to: Self.end, problem: problem)
        return watch.alarms(now: (Self.end - Int64(daysLeft * Double(Self.day))) * 1000)
    }

    @Test(arguments: [
        (31.0, ""), (30.0, "expires in 30 days, on 2027-01-15"), (8.5, "expires in 8 days"),
        (6.5, "expires within 7 days"), (5.0, "expires within 5 days"), (0.0, "expires within 1 days"),
        (0.1, "expires within 1 days"), (-0.1, "expired on 2027-01-15"), (-400.0, "expired on"),
    ])
    func `A certificate raises an alarm before it expires`(daysLeft: Double, words: String) {
        let alarms = alarms(daysLeft: daysLeft)
        #expect(alarms.count == (words.isEmpty ? 0 : 1))
        #expect(alarms.allSatisfy { $0.contains(words) && $0.contains("/f.crt") })
    }

    @Test(arguments: [("/run/credentials/fieldpost-gateway.service", true), ("/run/credentials/x", false), ("", false)])
    func `The alarm says how to renew the certificate in this unit`(directory: String, isCopy: Bool) {
        let watch = ServiceWatch(environment: ["CREDENTIALS_DIRECTORY": directory])
        watch.certificate = ServedCertificate(
            file: "/run/credentials/fieldpost-gateway.service/http.crt", from: 0, to: Self.end, problem: nil)
        let alarms = watch.alarms(now: Self.end * 1000)
        #expect(alarms.count == 1 && alarms.allSatisfy { $0.contains("LoadCredential=") == isCopy })
        #expect(alarms.allSatisfy { $0.contains("restart the unit") == isCopy })
        #expect(alarms.allSatisfy { $0.contains("within a minute") != isCopy })
    }

    @Test func `A certificate that is not valid yet, and files that cannot be served, raise alarms`() {
        #expect(alarms(daysLeft: 100, from: Self.end - Self.day).count == 1)
        #expect(alarms(daysLeft: 100, problem: "It is broken.").first?.hasPrefix("It is broken.") == true)
        let watch = ServiceWatch()
        #expect(watch.alarms(now: 0).isEmpty)
        watch.configuration = "f:1: mistake."
        #expect(watch.alarms(now: 0).first?.contains("f:1: mistake.") == true)
    }
}
