import FaultDisk
import FieldpostBlobs
import FieldpostCore
import FieldpostStore
import Foundation
import TestKit
import Testing

/// A fault at the k-th call to the disk, for every k.
struct BlobFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let calls: Set<DiskCall>
        let fault: DiskFault
        let testDescription: String
    }

    private static let changes: Set<DiskCall> = [.open, .write, .truncate, .sync, .delete, .rename, .syncDirectory]

    static let faults = [
        Fault(calls: changes, fault: .kill, testDescription: "SIGKILL"),
        Fault(calls: changes, fault: .powerCut, testDescription: "a power cut"),
        Fault(calls: [.write], fault: .ioError, testDescription: "an I/O error on a write"),
        Fault(calls: [.read], fault: .ioError, testDescription: "an I/O error on a read"),
        Fault(calls: [.sync, .syncDirectory], fault: .ioError, testDescription: "a failed sync"),
        Fault(calls: [.write, .truncate], fault: .full, testDescription: "a full disk"),
        Fault(
            calls: [.open, .truncate, .delete, .size, .rename], fault: .ioError,
            testDescription: "an I/O error on a name or size"),
    ]

    @Test(arguments: faults)
    func `nothing that was held is lost, and nothing corrupt is read, after a fault at any call`(
        fault: Fault
    ) async throws {
        var (trials, acknowledged, final, full) = (0, 0, 0, 0)
        let ends = BlobTrial.End.allCases
        for (index, end) in ends.enumerated() {
            for call in 1... {
                if !TestRun.isLong, call % ends.count != index { continue }
                let trial = BlobTrial(end: end, seed: UInt64(call / 4))
                trial.disk.fail(fault.calls, atCall: call, with: fault.fault, lasting: fault.fault == .full)
                try await trial.run()
                if trial.disk.faultsMet == 0 { break }
                trials += 1
                acknowledged += trial.acknowledged
                final += trial.finalFailures
                full += trial.fullRefusals
                #expect(trial.findings == [], "\(end), call \(call)")
            }
        }
        let line = "blobs, \(fault.testDescription) at every call: \(trials) trials, \(acknowledged) acknowledged, "
        FileHandle.standardOutput.write(Data("\(line)\(final) final failures, \(full) refusals as full\n".utf8))
        #expect(trials >= 20)
        #expect(fault.fault != .full || full > 0)
        #expect(fault.fault == .full || fault.calls.isSubset(of: [.read]) || final > 0)
    }

    @Test func `a disk without faults ends with every blob`() async throws {
        for end in BlobTrial.End.allCases {
            let trial = BlobTrial(end: end, seed: 1)
            try await trial.run()
            #expect(trial.findings == [] && trial.acknowledged > 10)
        }
    }
}
