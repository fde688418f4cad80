import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Foundation
import Testing

/// A fault at the k-th call, for every k: during opening with migration, intake, pulls, the feed, receipts,
/// checkpoints, closing and reopening.
struct EveryCallTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let calls: Set<DiskCall>
        let fault: DiskFault
        let testDescription: String
    }

    /// Every ending for every call, and also locks, only on request: that takes minutes.
    private static let isLong = ProcessInfo.processInfo.environment["FIELDPOST_TEST_LONG"] != nil

    static let faults =
        [
            Fault(calls: [.write], fault: .ioError, testDescription: "an I/O error on a write"),
            Fault(calls: [.read], fault: .ioError, testDescription: "an I/O error on a read"),
            Fault(calls: [.sync], fault: .ioError, testDescription: "a failed sync"),
            Fault(calls: [.write], fault: .full, testDescription: "a full disk"),
            Fault(
                calls: [.open, .truncate, .delete, .access, .size], fault: .ioError,
                testDescription: "an I/O error on a name or size"),
        ] + (isLong ? [locks] : [])

    private static let locks = Fault(
        calls: [.lock, .sharedMemory], fault: .ioError, testDescription: "an I/O error on a lock")

    @Test(arguments: [Role.gateway, .central], faults)
    func `nothing acknowledged is lost or doubled by a fault at any call`(role: Role, fault: Fault) async throws {
        var tally = FaultTally(role: role, fault: fault)
        // The trial's first step makes the journal, or it has rows in every table.
        for filled in [nil, try await FaultTrial.filled(role)] {
            try await Self.run(role, fault, on: filled, &tally)
        }
        tally.report()
        #expect(tally.trials >= 30 && tally.refusedOpenings > 0)
        #expect(fault.fault != .full || tally.fullRefusals > 0)
        #expect(fault.calls.isDisjoint(with: [.sync, .read]) || tally.finalFailures > 0)
    }

    private static func run(
        _ role: Role, _ fault: Fault, on filled: DiskSnapshot?, _ tally: inout FaultTally
    ) async throws {
        let isFilled = filled != nil
        let clean = FaultTrial(.init(role: role, end: .restart, seed: 0, isFilled: isFilled), filled: filled)
        try await clean.run()
        #expect(clean.findings.isClean && clean.acknowledged > 10, "\(clean.findings)")
        let ends = FaultTrial.End.allCases
        for (index, end) in ends.enumerated() {
            for call in 1... {
                // One ending for each call, and one of the two journals. For syncs, every ending.
                let turn = fault.calls.contains(.sync) ? 2 : 2 * ends.count
                if !isLong, call % turn != 2 * index % turn + (isFilled ? 1 : 0) { continue }
                let trial = FaultTrial(
                    .init(role: role, end: end, seed: UInt64(call), isFilled: isFilled), filled: filled)
                trial.disk.fail(fault.calls, atCall: call, with: fault.fault, lasting: fault.fault == .full)
                try await trial.run()
                if trial.disk.faultsMet == 0 { break }
                tally.add(trial)
                #expect(trial.findings.isClean, "\(end), call \(call): \(trial.findings)")
                #expect(trial.totals == clean.totals, "\(end), call \(call)")
            }
        }
    }

    /// If this trial finds nothing, the trials cannot find anything. The power goes after each step in turn. A
    /// checkpoint syncs everything before it, so after some steps there is nothing to lose.
    @Test(arguments: [Role.gateway, .central])
    func `the control, which syncs less, loses what it acknowledged`(role: Role) async throws {
        var lost = 0
        var acknowledged = 0
        let cuts = FaultStep.steps(role).indices
        for steps in cuts {
            var setting = FaultTrial.Setting(role: role, end: .cutAtEnd, seed: UInt64(steps))
            setting.synchronous = "NORMAL"
            setting.steps = steps + 1
            let trial = FaultTrial(setting)
            try await trial.run()
            acknowledged += trial.acknowledged
            lost += trial.findings.lost.count
        }
        FileHandle.standardOutput.write(
            Data("\(role), control: \(cuts.count) trials, \(acknowledged) acknowledged, \(lost) lost\n".utf8))
        #expect(lost > 0)
    }
}
