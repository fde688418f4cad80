import Foundation

/// The results of many seeds.
struct Summary: Codable, Sendable {
    var trials = 0
    var acknowledged = 0
    var lost = 0
    var doubled = 0
    /// Acknowledged entries whose only copies the faults physically destroyed. They do not count as lost.
    var physicallyGone = 0
    var counts: [String: Int] = [:]
    var steps = 0
    var virtualSeconds = 0
    var findings: [String] = []

    mutating func add(_ verdict: Verdict) {
        trials += 1
        acknowledged += verdict.acknowledged
        physicallyGone += verdict.gone
        counts.merge(verdict.counts) { $0 + $1 }
        steps += verdict.steps
        virtualSeconds += Int(verdict.milliseconds / 1000)
        guard let finding = verdict.finding else { return }
        if finding.check == .nothingLost { lost += 1 }
        if finding.check == .nothingDoubled { doubled += 1 }
        findings.append(verdict.text)
    }

    /// Runs a failed seed again and prints its trace.
    func tell(_ verdict: Verdict, again options: Options) async {
        guard !options.writesJSON else { return }
        Output.write(verdict.text + "\n")
        let again = await Simulator.run(verdict.seed, options, isTracing: true)
        if again.finding == nil { Output.write("  seed \(verdict.seed) passed the second time\n") }
        for line in again.trace.suffix(40) { Output.write("  \(line)\n") }
    }

    var text: String {
        var text =
            "\(trials) trials, \(acknowledged) acknowledged, \(lost) lost, \(doubled) doubled; \(findings.count) seeds "
            + "failed, \(physicallyGone) entries physically destroyed, \(steps) steps in "
            + "\(virtualSeconds) s of virtual time\n"
        text += counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") + "\n"
        for finding in findings { text += finding + "\n" }
        return text
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension Verdict {
    var text: String {
        guard let finding else { return "seed \(seed) passed: \(acknowledged) acknowledged, \(steps) steps" }
        return "seed \(seed) FAILED: \(finding.check.rawValue): \(finding.detail)\n"
            + "  again: fieldpost-simulator --seed \(seed)"
    }
}
