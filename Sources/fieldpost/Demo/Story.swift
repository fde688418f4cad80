import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation

/// The demo itself: one act after another, each told as it goes.
struct Story: Sendable {
    let plan: DemoPlan
    let fleet: Fleet
    let feeder: Feeder
    /// The grids of each gateway.
    let grids: [[String]]
    /// For files that last as long as the demo.
    let directory: String
    let tell: @Sendable (String) -> Void

    /// Seconds that any one agreement may take.
    private static let patience = 90

    func run() async throws -> DemoSummary {
        var summary = DemoSummary()
        summary.gateways = plan.gateways
        summary.gatewayIdleMemory = fleet.gateways.map(\.memory.resident).max() ?? 0
        let reports = try await live(&summary)
        try await rounds(&summary)
        try await photos(of: reports, &summary)
        try await day(&summary)
        try await backlog(&summary)
        try await agree(&summary)
        summary.centralPeakMemory = fleet.central.memory.peak
        return summary
    }

    // MARK: Acts

    /// Returns the reports, each with its gateway.
    private func live(_ summary: inout DemoSummary) async throws -> [(id: ReportID, gateway: Int)] {
        guard !plan.live.isEmpty else { return [] }
        _ = try await fleet.converge(within: Self.patience)
        let (fed, milliseconds) = try await feeder.feedLive(plan.live)
        note(fed, in: &summary)
        let sorted = milliseconds.sorted()
        summary.latencyMedianMilliseconds = sorted.isEmpty ? nil : sorted[sorted.count / 2]
        summary.latencyMaximumMilliseconds = sorted.last
        tell(
            "\(fed.accepted.count) reports, one by one: each readable at central after "
                + "\(Self.milliseconds(summary.latencyMedianMilliseconds)) (median), "
                + "\(Self.milliseconds(summary.latencyMaximumMilliseconds)) (longest).")
        return fed.accepted
    }

    private func rounds(_ summary: inout DemoSummary) async throws {
        var editsLeft = plan.edits
        var conflicting: [ReportID] = []
        for round in 0..<plan.cuts {
            let number = round % plan.gateways
            let kills = plan.kills / plan.cuts + (round < plan.kills % plan.cuts ? 1 : 0)
            let before = try await Killer(fleet: fleet).feed(plan.rounds[2 * round], with: feeder, kills: kills)
            note(before, in: &summary)
            summary.kills += kills
            _ = try await fleet.converge(within: Self.patience)

            await fleet.links[number].cut()
            summary.cuts += 1
            tell("\nRound \(round + 1): the link of \(fleet.gateways[number].name) is cut.")
            let wanted = editsLeft / (plan.cuts - round)
            let both = before.accepted.filter { $0.gateway == number }.prefix(wanted).map(\.id)
            editsLeft -= both.count
            let edits = ConcurrentEdits(gateway: fleet.gatewayClients[number], central: fleet.centralClient)
            let (inConflict, retries) = try await edits.make(Array(both))
            let during = try await feeder.feed(plan.rounds[2 * round + 1])
            note(during, in: &summary)
            summary.retries += retries
            summary.reportsEditedOnBothSides += both.count
            tell(
                "  \(during.accepted.count) reports go on coming in, and \(both.count) are edited at "
                    + "\(fleet.gateways[number].name) and at central at once.")
            await tellHoldings()

            try await fleet.links[number].heal()
            let start = ContinuousClock.now
            _ = try await fleet.converge(within: Self.patience)
            tell("  healed; all agree after \(Self.milliseconds((ContinuousClock.now - start) / .milliseconds(1))).")
            conflicting += inConflict
            if round == 0, let example = inConflict.first { try await tellConflict(example) }
        }
        try await resolve(conflicting, with: fleet.centralClient, &summary)
    }

    /// A dispatcher decides half of the conflicts; the rest stay, for all to see.
    private func resolve(
        _ conflicting: [ReportID], with central: FieldpostClient, _ summary: inout DemoSummary
    ) async throws {
        let inConflict = try await fleet.central.socket.status().journal.reportsInConflict
        if inConflict != conflicting.count {
            summary.failures.append("\(conflicting.count) reports should be in conflict, \(inConflict) are")
        }
        let decided = conflicting.prefix((conflicting.count + 1) / 2)
        let edits = ConcurrentEdits(gateway: central, central: central)
        for report in decided { try await edits.resolve(report) }
        summary.conflictsResolved = decided.count
        summary.reportsInConflict = try await fleet.central.socket.status().journal.reportsInConflict
        if !conflicting.isEmpty {
            tell(
                "\n\(conflicting.count) reports were in conflict; a dispatcher decided \(decided.count); "
                    + "\(summary.reportsInConflict) still show both values.")
        }
        if summary.reportsInConflict != conflicting.count - decided.count {
            summary.failures.append("a decision did not end its conflict")
        }
    }

    private func photos(
        of reports: [(id: ReportID, gateway: Int)], _ summary: inout DemoSummary
    ) async throws {
        guard plan.photos > 0, !reports.isEmpty else { return }
        _ = try await fleet.converge(within: Self.patience)
        let delivery = PhotoDelivery(fleet: fleet, tell: tell, patience: Self.patience)
        summary.photos = try await delivery.run(plan.photos, reports: reports, in: directory)
        if summary.photos.atCentral != summary.photos.taken {
            summary.failures.append(
                "\(summary.photos.taken) photos were taken, central gave back \(summary.photos.atCentral)")
        }
    }

    private func day(_ summary: inout DemoSummary) async throws {
        _ = try await fleet.converge(within: Self.patience)
        let day = Day(fleet: fleet, gateway: 0, grid: grids.first?.first, cuts: [.working], tell: tell)
        let outcome = try await day.run()
        summary.reportsAccepted += outcome.cases.count
        summary.cuts += day.cuts.count
        summary.day.cases = outcome.cases.count
        summary.day.disputed = outcome.disputed
        summary.day.open = outcome.cases.count { $0.state["open"] == .boolean(true) }
        summary.failures += outcome.differences
    }

    private func backlog(_ summary: inout DemoSummary) async throws {
        guard !plan.backlog.isEmpty else { return }
        _ = try await fleet.converge(within: Self.patience)
        for link in fleet.links { await link.cut() }
        tell("\nAll links are cut, and \(Quantity.count(plan.backlog.count)) reports come in.")
        let entriesBefore = try await entriesBytes()
        let fed = try await feeder.feed(plan.backlog)
        note(fed, in: &summary)
        await tellHoldings()
        let linkBefore = fleet.links.reduce(0) { $0 + $1.bytes.up }
        let expected = summary.reportsAccepted
        let start = try await reportsAtCentral()
        for link in fleet.links { try await link.heal() }

        summary.backlog.reports = fed.accepted.count
        summary.backlog.jsonBytes = fed.jsonBytes
        summary.backlog.intakeSeconds = fed.seconds
        summary.backlog.seconds = try await pulling(from: start, to: expected)
        _ = try await fleet.converge(within: Self.patience)
        summary.backlog.linkBytes = fleet.links.reduce(0) { $0 + $1.bytes.up } - linkBefore
        summary.backlog.entriesBytes = try await entriesBytes() - entriesBefore
        summary.backlog.jsonEntriesBytes = try await jsonEntriesBytes(of: fed.accepted.map(\.id))
        tellBacklog(summary.backlog)
    }

    /// Reckoned from a sample: the history of a report that was only made is that one entry.
    private func jsonEntriesBytes(of reports: [ReportID]) async throws -> UInt64 {
        let sample = stride(from: 0, to: reports.count, by: max(1, reports.count / 200)).map { reports[$0] }
        var bytes = 0
        for id in sample {
            let history = try await fleet.centralClient.report(id).report["history"] ?? .null
            bytes += try history.encoded().utf8.count
        }
        return UInt64(bytes) * UInt64(reports.count) / UInt64(max(sample.count, 1))
    }

    /// Seconds that central spent taking reports in. Pauses longer than a quarter of a second, while links wait to be
    /// dialled again, are left out.
    private func pulling(from start: Int, to expected: Int) async throws -> Double {
        let deadline = ContinuousClock.now + .seconds(Self.patience)
        var held = start
        var grewAt = ContinuousClock.now
        var busy = Duration.zero
        while ContinuousClock.now < deadline {
            let count = try await reportsAtCentral()
            let now = ContinuousClock.now
            if count > held {
                if now - grewAt < .milliseconds(250) { busy += now - grewAt }
                (held, grewAt) = (count, now)
            }
            if held >= expected { return busy / .seconds(1) }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw CommandFailure(.incomplete, "The backlog was not at central within \(Self.patience) s.")
    }

    private func agree(_ summary: inout DemoSummary) async throws {
        summary.agreements = try await fleet.converge(within: Self.patience)
        summary.reportsAtCentral = try await reportsAtCentral()
        if summary.reportsAtCentral != summary.reportsAccepted {
            summary.failures.append(
                "\(summary.reportsAccepted) reports were accepted, central holds \(summary.reportsAtCentral)")
        }
        var table = TextTable([
            ("gateway", .left), ("reports", .right), ("digest there", .left), ("digest at central", .left),
        ])
        for agreement in summary.agreements {
            table.add([
                agreement.gateway, Quantity.count(agreement.reports), String(agreement.digest.prefix(16)),
                String(agreement.centralDigest.prefix(16)),
            ])
        }
        tell("\n" + table.text)
    }

    // MARK: Telling

    private func note(_ fed: Feeder.Fed, in summary: inout DemoSummary) {
        summary.reportsAccepted += fed.accepted.count
        summary.rowsRefused += fed.refused
        summary.retries += fed.retries
    }

    private func reportsAtCentral() async throws -> Int {
        try await fleet.central.socket.status().journal.reports
    }

    private func entriesBytes() async throws -> UInt64 {
        try await fleet.central.socket.status().peers.reduce(0) { $0 + $1.entriesBytes }
    }

    private func tellHoldings() async {
        for node in fleet.nodes {
            guard let status = try? await node.socket.status() else { continue }
            var line = "  \(node.name) holds \(Quantity.count(status.journal.reports)) reports"
            if status.role == .gateway {
                let waiting = status.peers.first?.entriesWaitingUp ?? 0
                line +=
                    waiting == 0 ? "; central has them all." : "; \(Quantity.count(waiting)) entries wait for the link."
            } else {
                line += "."
            }
            tell(line)
        }
    }

    private func tellConflict(_ id: ReportID) async throws {
        let report = try await fleet.centralClient.report(id).report
        tell("  One of the conflicts, as every node shows it (report \(id)):")
        for (field, siblings) in (report["siblings"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            for (number, sibling) in (siblings.list ?? []).enumerated() {
                let value = sibling["label"]?["zh"]?.text ?? sibling["value"]?.text ?? "?"
                let author = sibling["author"]?.text ?? "?"
                let place = number == 0 ? ", shown first" : ", beside it"
                tell("    \("\(field): \(value) by \(author)".visibleLine)\(place)")
            }
        }
    }

    private func tellBacklog(_ backlog: DemoSummary.Backlog) {
        tell("  taken in at \(Quantity.count(Int(backlog.intakePerSecond))) reports/s,")
        tell(
            "  pulled by central at \(Quantity.count(Int(backlog.reportsPerSecond))) reports/s "
                + "(\(String(format: "%.2f", backlog.seconds)) s).")
        tell(
            "  \(Quantity.bytes(backlog.linkBytes)) went up the links: "
                + "\(Self.fraction(backlog.entriesRatio)) of the entries as JSON "
                + "(\(Quantity.bytes(backlog.jsonEntriesBytes))), "
                + "\(Self.fraction(backlog.ratio)) of the reports as posted (\(Quantity.bytes(backlog.jsonBytes))).")
    }

    private static func fraction(_ ratio: Double) -> String { "1/\(String(format: "%.1f", ratio))" }

    private static func milliseconds(_ value: Double?) -> String {
        value.map { String(format: "%.1f ms", $0) } ?? "-"
    }
}
