import FieldpostFleet
import Foundation
import TestKit
import Testing

extension Rigs {
    /// The k-th sync or write of a running gateway fails, brought about by strace(1), which counts each thread's calls.
    @Suite(.needs(["strace"]), .timeLimit(.minutes(30))) struct CallFaultRig {
        enum Fault: String, CaseIterable, Sendable {
            case syncFails = "sync fails at the k-th call"
            case writeFails = "write fails at the k-th call"
            case diskFull = "disk full at the k-th write"

            fileprivate var calls: String { self == .syncFails ? "fsync,fdatasync" : "pwrite64" }
            fileprivate var error: String { self == .diskFull ? "ENOSPC" : "EIO" }
            /// After a failed sync or write the process must end; a full disk is a state.
            fileprivate var isFinal: Bool { self != .diskFull }
        }

        @Test(arguments: Fault.allCases)
        func `A gateway never acknowledges what a failed call kept from the disk`(fault: Fault) async throws {
            try await Rig.run(fault.rawValue, least: Rig.count(20, long: 100)) { rig in
                let moments = try await Self.moments(fault, rig)
                for call in moments { try await Self.inject(fault, at: call, rig) }
                // One in three may come too late to strike; not more.
                let struck = rig.measures.trials
                rig.check(3 * struck >= 2 * moments.count, "only \(struck) of \(moments.count) calls failed")
            }
        }

        /// Which calls fail: some while the journal is opened and its tables are made, the rest while reports come in.
        private static func moments(_ fault: Fault, _ rig: Rig) async throws -> [Int] {
            let opening = try await callsOfOpening(fault, rig)
            guard TestRun.isLong else { return [1, opening / 2] + [2, 6, 15, 40].map { opening + $0 } }
            return Array(stride(from: 1, through: opening, by: max(opening / 15, 1))) + (1...24).map { opening + $0 }
        }

        /// How many such calls the thread that makes most of them has made when a new node is ready.
        private static func callsOfOpening(_ fault: Fault, _ rig: Rig) async throws -> Int {
            let node = try rig.node("gateway", named: "counted-\(fault)")
            let trace = node.directory + "/trace"
            let wrapper = [Tool.path("strace"), "-D", "-f", "-qq", "-o", trace, "-e", "trace=\(fault.calls)"]
            try await node.start(Launch(wrapper: wrapper))
            node.kill()
            let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
            let threads = lines.filter { $0.contains("= ") }.compactMap { $0.split(separator: " ").first }
            return Dictionary(grouping: threads) { $0 }.values.map(\.count).max() ?? 0
        }

        private static func inject(
            _ fault: Fault, at call: Int, _ rig: Rig
        ) async throws {
            let node = try rig.node("gateway", named: "gateway-\(fault)-\(call)")
            let trace = rig.directory + "/trace"
            let wrapper = [
                Tool.path("strace"), "-D", "-f", "-qq", "--seccomp-bpf", "-o", trace, "-e", "trace=\(fault.calls)",
                "-e", "inject=\(fault.calls):error=\(fault.error):when=\(call)",
            ]
            let isHit = { ((try? String(contentsOfFile: trace, encoding: .utf8)) ?? "").contains("(INJECTED)") }
            if let status = try? await node.start(Launch(wrapper: wrapper)) {
                // Its tokens may be what meets the fault.
                if let intake = try? await rig.intake(of: node, status) {
                    try await run(node, intake, fault, rig, isHit)
                } else {
                    rig.check(isHit(), "\(node.name) gives no tokens, though no call failed")
                }
            } else {
                rig.check(isHit(), "\(node.name) did not start, though no call failed")
            }
            let wasHit = isHit()
            if wasHit, fault.isFinal {
                _ = try await waits(5) { node.exitStatus != nil }
                let status = node.exitStatus
                rig.check(
                    status == ExitCode.inputOutput,
                    "\(node.name) ended with \(status ?? -1) after the fault")
            }
            node.kill()
            let intake = try await rig.start(node)
            try await rig.look(at: intake, for: rig.ledger.page.acknowledged(by: node.name))
            node.kill()
            if wasHit { rig.countTrial() }
        }

        /// Lets reports come in until the fault has had its effect, or does not come.
        private static func run(
            _ node: NodeProcess, _ intake: Intake, _ fault: Fault, _ rig: Rig, _ isHit: () -> Bool
        ) async throws {
            try await rig.feeding([intake]) {
                guard try await waits(4, until: { isHit() || node.exitStatus != nil }) else { return }
                if fault.isFinal {
                    let start = ContinuousClock.now
                    let hasEnded = try await waits(5) { node.exitStatus != nil }
                    let seconds = (ContinuousClock.now - start) / .seconds(1)
                    rig.measure { measures in
                        let longest = max(Double(measures.figures.first?.value ?? "") ?? 0, seconds)
                        measures.figures = [("s until it ended", String(format: "%.1f", longest))]
                    }
                    rig.check(hasEnded, "\(node.name) goes on after a call that failed for good")
                } else {
                    let before = rig.ledger.page.count
                    let goesOn = try await waits(5) { rig.ledger.page.count > before + 5 }
                    rig.check(goesOn, "\(node.name) takes no more reports after the disk was full once")
                }
            }
        }
    }
}
