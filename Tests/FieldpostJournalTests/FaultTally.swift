import FieldpostCore
import Foundation

/// The measured results of the trials of one fault.
struct FaultTally {
    private let role: Role
    private let fault: EveryCallTests.Fault
    private let start = ContinuousClock.now
    private(set) var trials = 0
    private(set) var acknowledged = 0
    private(set) var lost = 0
    private(set) var doubled = 0
    private(set) var refusedOpenings = 0
    private(set) var finalFailures = 0
    private(set) var fullRefusals = 0

    init(role: Role, fault: EveryCallTests.Fault) {
        self.role = role
        self.fault = fault
    }

    mutating func add(_ trial: FaultTrial) {
        trials += 1
        acknowledged += trial.acknowledged
        lost += trial.findings.lost.count
        doubled += trial.findings.doubled.count
        refusedOpenings += trial.refusedOpenings
        finalFailures += trial.finalFailures
        fullRefusals += trial.fullRefusals
    }

    /// One line on standard output.
    func report() {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let line =
            "\(role), \(fault.testDescription) at every call: \(trials) trials, \(acknowledged) acknowledged, "
            + "\(lost) lost, \(doubled) doubled (\(finalFailures) final failures, \(fullRefusals) refusals as full, "
            + "\(refusedOpenings) openings refused, \(seconds.formatted(.number.precision(.fractionLength(1)))) s)\n"
        FileHandle.standardOutput.write(Data(line.utf8))
    }
}

extension FaultProofs.Findings {
    var isClean: Bool { lost.isEmpty && doubled.isEmpty && broken.isEmpty }
}
