import Foundation
import Testing

extension Rigs {
    /// Single bits of a database are flipped, many times: the journal is opened, read whole, healed from its peer's,
    /// and read again. In a process of its own, since a flip may find a trap.
    @Suite(.timeLimit(.minutes(30))) struct JournalFlipRig {
        /// Flips in one process.
        private static let batch = 100

        @Test func `No flipped bit makes a journal show what was never written`() async throws {
            let total = Rig.count(60, long: 2000)
            try await Rig.run("bit flips, journals", least: 48, photos: 8) { rig in
                try await Self.flip(rig, total: total)
            }
        }

        private static func flip(_ rig: Rig, total: Int) async throws {
            let template = try await Template.make(rig, reports: 16)
            let (directory, results) = (template.directory, rig.directory + "/results")
            var next = 0
            while next < total {
                let end = min(next + Self.batch, total)
                try Data().write(to: URL(filePath: results))
                await #expect(processExitsWith: .success) {
                    [
                        directory = directory as String, results = results as String, next = next as Int,
                        end = end as Int
                    ]
                    in
                    try await FlipTrials(directory: directory, results: results).run(next..<end)
                }
                let done = try FlipTrials.outcomes(in: results)
                for trial in done { Self.note(trial, rig) }
                // The one that was under way when the process ended too soon counts as done.
                let isWhole = done.count == end - next
                if !isWhole {
                    let place = try? String(contentsOfFile: FlipTrials.placeFile(results), encoding: .utf8)
                    rig.fail("\(place ?? "before the first flip"): the process broke off")
                }
                next += max(done.count + (isWhole ? 0 : 1), 1)
            }
            Self.checkShares(rig, total)
        }

        /// Of 2,000 flips 68 in a hundred were harmless and 7 healed, 17 refused, 9 told. A journal that refuses or
        /// excuses much more than that does not hold what is promised, though nothing that it shows is wrong.
        private static func checkShares(_ rig: Rig, _ total: Int) {
            let counts = Dictionary(rig.measures.figures.map { ($0.name, Int($0.value) ?? 0) }) { $1 }
            let count = { (result: FlipTrials.Result) in counts[result.rawValue] ?? 0 }
            guard total >= 60 else { return }
            let whole = count(.harmless) + count(.healed)
            rig.check(2 * whole >= total, "only \(whole) of \(total) flips were harmless or healed")
            rig.check(5 * count(.refused) <= 2 * total, "\(count(.refused)) of \(total) journals were refused")
            rig.check(3 * count(.told) <= total, "\(count(.told)) of \(total) losses were only told")
        }

        private static func note(_ trial: FlipTrials.Outcome, _ rig: Rig) {
            rig.countTrial()
            rig.measure { measures in
                let index = measures.figures.firstIndex { $0.name == trial.result.rawValue } ?? measures.figures.count
                if index == measures.figures.count { measures.figures.append((trial.result.rawValue, "0")) }
                measures.figures[index].value = "\((Int(measures.figures[index].value) ?? 0) + 1)"
            }
            if [.silent, .stuck].contains(trial.result) { rig.fail("\(trial.place): \(trial.detail)") }
        }
    }
}
