import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation

/// Hands slices of the plan's reports to the gateways of a fleet.
struct Feeder: Sendable {
    let plan: DemoPlan
    let split: ReportSplit
    let fleet: Fleet

    /// What became of a slice.
    struct Fed: Sendable {
        var accepted: [(id: ReportID, gateway: Int)] = []
        var refused = 0
        var retries = 0
        var jsonBytes: UInt64 = 0
        var seconds = 0.0
    }

    /// `onAdvance` is told how many of the slice were answered. Throws `CommandFailure` when a gateway stays away.
    func feed(_ slice: Range<Int>, onAdvance: (Int) -> Void = { _ in }) async throws -> Fed {
        let source = ReportSource(name: plan.source.name, count: slice.count) { [plan] in
            plan.source[slice.lowerBound + $0]
        }
        let importer = Importer(clients: fleet.gatewayClients, split: split, concurrency: plan.concurrency)
        let summary = await importer.run(source) { event in
            if case .advanced(let done) = event { onAdvance(done) }
        }
        if let failure = summary.failure { throw CommandFailure(.unavailable, failure) }
        try Task.checkCancellation()
        var fed = Fed()
        for case .report(let report) in source {
            fed.accepted.append((report.id, split.gateway(of: report)))
            fed.jsonBytes += UInt64(report.body.count)
        }
        guard summary.accepted == fed.accepted.count else {
            throw CommandFailure(
                .incomplete, "\(fed.accepted.count - summary.accepted) reports were refused by the gateways.")
        }
        fed.refused = summary.malformed
        fed.retries = summary.retries
        fed.seconds = summary.seconds
        return fed
    }

    /// Posts reports one at a time. Returns milliseconds from the POST to being readable at central, for each.
    func feedLive(_ slice: Range<Int>) async throws -> (fed: Fed, milliseconds: [Double]) {
        var fed = Fed()
        var milliseconds: [Double] = []
        for case .report(let report) in slice.map({ plan.source[$0] }) {
            let gateway = split.gateway(of: report)
            let start = ContinuousClock.now
            try await fleet.gatewayClients[gateway].create(report)
            while true {
                if (try? await fleet.centralClient.report(report.id)) != nil { break }
                guard ContinuousClock.now - start < .seconds(30) else {
                    throw CommandFailure(.incomplete, "Report \(report.id) was not at central within 30 s.")
                }
                try await Task.sleep(for: .milliseconds(1))
            }
            milliseconds.append((ContinuousClock.now - start) / .milliseconds(1))
            fed.accepted.append((report.id, gateway))
        }
        return (fed, milliseconds)
    }
}

/// Sends the same request again until it is answered: its key makes it one. Throws what is no passing trouble.
func persistently<Answer: Sendable>(
    _ request: @Sendable () async throws(ClientError) -> Answer
) async throws -> (answer: Answer, retries: Int) {
    var retries = 0
    while true {
        do throws(ClientError) {
            return (try await request(), retries)
        } catch {
            guard error.isTransient, retries < 300 else { throw error }
            retries += 1
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
