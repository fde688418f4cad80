import FieldpostFleet
import Foundation

/// What a demo measured: the object that `--json` prints.
struct DemoSummary: Codable, Sendable {
    /// Reports accepted by gateways, and those at central: each once.
    var reportsAccepted = 0
    var reportsAtCentral = 0
    var rowsRefused = 0
    var gateways = 0
    var cuts = 0
    var kills = 0
    /// Requests that had to be sent again, by the same id.
    var retries = 0
    /// Reports edited on both sides of a cut.
    var reportsEditedOnBothSides = 0
    var reportsInConflict = 0
    var conflictsResolved = 0
    /// From POST at a gateway to readable at central, milliseconds; nil when none was measured.
    var latencyMedianMilliseconds: Double?
    var latencyMaximumMilliseconds: Double?
    var backlog = Backlog()
    var photos = Photos()
    var day = Handling()
    var agreements: [Agreement] = []
    /// Bytes of memory.
    var gatewayIdleMemory = 0
    var centralPeakMemory = 0
    var seconds = 0.0
    /// Why it did not succeed; empty when it did.
    var failures: [String] = []

    /// The cases of a day, from the report to their end.
    struct Handling: Codable, Sendable {
        var cases = 0
        /// Disputed until a dispatcher decided.
        var disputed = 0
        /// Still open at the end of the day.
        var open = 0
    }

    /// The photos that went up links that were cut in the middle.
    struct Photos: Codable, Sendable {
        /// Attached at gateways, and given back by central with the hash that is their name.
        var taken = 0
        var atCentral = 0
        var bytes: UInt64 = 0
        /// Links that were cut while photos were on their way; and what central held then: whole photos, and bytes,
        /// those of unfinished ones included.
        var cuts = 0
        var heldAtCut = 0
        var bytesAtCut: UInt64 = 0
        /// All that went up the links meanwhile.
        var linkBytes: UInt64 = 0
    }

    /// The reports that were journaled while the links were down, and then pulled.
    struct Backlog: Codable, Sendable {
        var reports = 0
        /// The reports as JSON, as they were posted.
        var jsonBytes: UInt64 = 0
        /// The same entries as JSON, as the API shows them in a report's history: reckoned from a sample.
        var jsonEntriesBytes: UInt64 = 0
        /// The entries as central took them out of the batches.
        var entriesBytes: UInt64 = 0
        /// All that went up the links for them: batches, frames and all.
        var linkBytes: UInt64 = 0
        /// That central spent taking them in.
        var seconds = 0.0
        var intakeSeconds = 0.0

        var reportsPerSecond: Double { seconds > 0 ? Double(reports) / seconds : 0 }
        var intakePerSecond: Double { intakeSeconds > 0 ? Double(reports) / intakeSeconds : 0 }
        /// How many times smaller than either JSON what travelled was.
        var ratio: Double { linkBytes > 0 ? Double(jsonBytes) / Double(linkBytes) : 0 }
        var entriesRatio: Double { linkBytes > 0 ? Double(jsonEntriesBytes) / Double(linkBytes) : 0 }
    }
}

extension DemoSummary {
    /// The closing lines, for people.
    var text: String {
        let verdict = failures.isEmpty ? "all digests agree" : "NOT all is well"
        let memory = (Quantity.bytes(gatewayIdleMemory), Quantity.bytes(centralPeakMemory))
        var lines = [
            "\(Quantity.count(reportsAtCentral)) of \(Quantity.count(reportsAccepted)) accepted reports "
                + "are at central, each once; \(verdict).",
            "\(photos.atCentral) of \(photos.taken) photos are at central, each with its hash, after "
                + "\(photos.cuts) cuts in the middle.",
            "\(day.cases) cases were handled over a cut link; \(day.disputed) was disputed until a dispatcher decided. "
                + "Gateway and central show the same.",
            "\(cuts) cuts, \(kills) kills, \(Quantity.count(retries)) requests repeated, "
                + "\(reportsEditedOnBothSides) reports edited on both sides of a cut.",
            "Memory: a gateway idle \(memory.0), central at its peak \(memory.1).",
            "\(String(format: "%.1f", seconds)) s in all.",
        ]
        if rowsRefused > 0 {
            lines.insert("\(Quantity.count(rowsRefused)) malformed rows of the input were skipped.", at: 1)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
