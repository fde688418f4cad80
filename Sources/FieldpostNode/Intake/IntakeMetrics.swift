import CoreMetrics
import FieldpostCore
import FieldpostStore
import Metrics

/// Counts what is sent to a node, by who sent it and what became of it. Names of people and terminals are in no metric.
package struct IntakeMetrics: Sendable {
    /// How somebody came in. The numbers are places in `counters` and `timers`: each report passes here.
    enum Door: Int, CaseIterable {
        case terminal, person, resident, reporter
        /// By the admin socket, or where everybody may do everything.
        case trusted
        /// Without valid credentials.
        case nobody
    }

    enum Outcome: Int, CaseIterable {
        case stored, repeated, refused
        /// The disk has no room for it.
        case full
        /// The journal failed.
        case failed
    }

    /// By door and outcome.
    private let counters: [[Counter]]
    private let timers: [Timer]

    package init() {
        counters = Door.allCases.map { door in
            Outcome.allCases.map { outcome in
                Counter(
                    label: MetricName.intake.rawValue, dimensions: [("door", "\(door)"), ("result", "\(outcome)")])
            }
        }
        timers = Door.allCases.map { door in
            Timer(
                label: MetricName.intakeSeconds.rawValue, dimensions: [("door", "\(door)")],
                preferredDisplayUnit: .seconds)
        }
    }

    func record(
        _ result: Result<Intake.Accepted, IntakeRefusal>, of caller: Caller, since start: ContinuousClock.Instant
    ) {
        let door = Door(caller).rawValue
        counters[door][Outcome(result).rawValue].increment()
        timers[door].record(duration: ContinuousClock.now - start)
    }
}

extension IntakeMetrics.Door {
    fileprivate init(_ caller: Caller) {
        self =
            switch caller {
            case .nobody: .nobody
            case .trusted: .trusted
            case .terminal: .terminal
            case .account: .person
            case .resident: .resident
            case .reporter: .reporter
            }
    }
}

extension IntakeMetrics.Outcome {
    fileprivate init(_ result: Result<Intake.Accepted, IntakeRefusal>) {
        self =
            switch result {
            case .success(let accepted): accepted.isRepeat ? .repeated : .stored
            case .failure(.journal(.failed)): .failed
            case .failure(.journal(let error)) where error.isForWantOfRoom: .full
            case .failure: .refused
            }
    }
}
