import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation

/// A day in the grids of one gateway, played through the API: residents and patrol staff at the gateway, dispatchers at
/// central. Each step names what its author had seen. So it says the same whenever the link between them was cut.
struct Day: Sendable {
    /// Parts of the day during which the link may be cut: what happens on either side does not need the other one.
    enum Part: CaseIterable, Sendable {
        /// What residents and patrol staff report.
        case reporting
        /// A gateway's staff work, while two dispatchers disagree.
        case working
        /// Somebody looks whether it is mended.
        case verifying
    }

    let fleet: Fleet
    /// The gateway of the day, as an index.
    let gateway: Int
    /// Where its reports are. Nil if the gateway serves no grid: it sees them because they were made there.
    let grid: String?
    let cuts: Set<Part>
    let tell: @Sendable (String) -> Void

    /// How each case of the day stands at the end, at central.
    struct Outcome: Sendable {
        /// By what was reported, in the order of the day.
        var cases: [(title: String, report: ReportID, state: JSONValue)] = []
        /// The titles of the cases that wait for 王敏.
        var tasks: [String] = []
        /// Cases that were disputed until a dispatcher decided.
        var disputed = 0
        /// What was not the same at the gateway and at central.
        var differences: [String] = []
    }

    private static let patience = 90
    private static let (resident, patrol, worker) = ("居民 陈女士", "网格员 李强", "物业 王敏")
    private static let (first, second) = ("调度员 周静", "调度员 吴磊")
    private static let safety = "坂田街道消防安全委员会办公室"
    private static let streets = "坂田街道市政服务中心"
    private static let building = "南坑社区物业服务中心"

    private var near: FieldpostClient { fleet.gatewayClients[gateway] }
    private var far: FieldpostClient { fleet.centralClient }

    func run() async throws -> Outcome {
        var outcome = Outcome()
        tell("\nA day at \(fleet.gateways[gateway].name):")

        try await begin(.reporting)
        let bikes = try await report("三栋二单元楼道有电动车充电，电线从四楼拉下来", "AQ01", by: Self.resident, "suishoupai")
        let cover = try await report("南坑路口井盖缺失，已摆放警示物", "SZ01", by: Self.patrol, "terminal")
        let absent = try await report("停车场有积水", "SZ01", by: Self.resident, "suishoupai")
        tell("  \(Self.resident) reports e-bikes that charge upstairs; two more reports come in.")
        try await end(.reporting)

        for report in [bikes, cover, absent] { try await far.take(Move("accepted", report, Self.first)) }
        try await agree()
        for report in [bikes, cover] { try await near.take(Move("inspected", report, Self.patrol)) }
        try await near.take(Move("absent", absent, Self.patrol, ["reason": "现场没有积水"]))
        try await agree()
        try await far.take(Move("closed", absent, Self.first, ["reason": "核实不存在"]))
        for report in [bikes, cover] { try await far.take(Move("filed", report, Self.first)) }
        try await far.take(Move("dispatched", bikes, Self.first, ["department": Self.safety]))
        try await agree()
        tell("  \(Self.patrol) looks: two are there, one is not. \(Self.first) files two and dispatches the first.")

        let filed = (try await far.report(bikes).version, try await far.report(cover).version)
        try await begin(.working)
        try await near.take(Move("claimed", bikes, Self.worker, ["assignee": Self.worker], seen: filed.0))
        try await near.take(Move("handling", bikes, Self.worker))
        try await near.take(Move("feedback", bikes, Self.worker, ["reason": "电线已拆除，车已移到车棚"]))
        let later = Date.now.addingTimeInterval(7 * 86_400).formatted(.iso8601)
        let more = ["reason": "等充电柜到货", "until": later]
        try await far.take(Move("extended", bikes, Self.first, more, seen: filed.0))
        try await far.take(Move("dispatched", cover, Self.first, ["department": Self.streets], seen: filed.1))
        try await far.take(Move("dispatched", cover, Self.second, ["department": Self.building], seen: filed.1))
        tell("  \(Self.worker) takes the first case and mends it. At central \(Self.first) gives it more time.")
        tell("  \(Self.first) and \(Self.second) dispatch the other one to two departments at once.")
        try await end(.working)
        try await tellStanding(of: [bikes, cover])
        outcome.disputed = try await far.handling(of: cover)["disputes"]?.list?.count ?? 0

        let reason = ["department": Self.streets, "reason": "属市政井盖"]
        try await far.take(Move("dispatched", cover, Self.second, reason))
        try await agree()
        let decided = (try await far.report(bikes).version, try await far.report(cover).version)
        try await begin(.verifying)
        try await near.take(Move("verified", bikes, Self.patrol, seen: decided.0))
        try await near.take(Move("claimed", cover, Self.worker, ["assignee": Self.worker], seen: decided.1))
        try await far.take(Move("supervised", cover, Self.first, ["reason": "夜间有行人"], seen: decided.1))
        try await end(.verifying)
        try await far.take(Move("closed", bikes, Self.first))
        try await agree()
        tell("  \(Self.second) decides, \(Self.patrol) finds the first one mended, and \(Self.first) closes it.")

        let titles = [("电动车上楼充电", bikes), ("井盖缺失", cover), ("积水", absent)]
        for (title, report) in titles {
            let (here, there) = (try await state(of: report, at: near), try await state(of: report, at: far))
            if here != there { outcome.differences.append("\(title) is not the same case at gateway and central") }
            outcome.cases.append((title, report, there))
        }
        let tasks = (try await tasks(at: near), try await tasks(at: far))
        if tasks.0 != tasks.1 { outcome.differences.append("gateway and central show other tasks of \(Self.worker)") }
        outcome.tasks = titles.filter { tasks.1.contains($0.1) }.map(\.0)
        try await tellStanding(of: [bikes, cover, absent])
        return outcome
    }

    // MARK: What people do

    private func report(
        _ text: String, _ category: String, by author: String, _ channel: String
    ) async throws -> ReportID {
        var fields: [String: JSONValue] = [
            "text": .text(text), "category": .text(category), "channel": .text(channel), "reporter": .text(author),
        ]
        if let grid { fields["grid"] = .text(grid) }
        let input = ReportInput(id: .random(), fields: fields, line: 1)
        let near = near
        _ = try await persistently { () async throws(ClientError) in try await near.create(input) }
        return input.id
    }

    // MARK: The link

    private func begin(_ part: Part) async throws {
        guard cuts.contains(part) else { return }
        await fleet.links[gateway].cut()
        tell("  The link is cut.")
    }

    private func end(_ part: Part) async throws {
        if cuts.contains(part) {
            try await fleet.links[gateway].heal()
            tell("  The link is back.")
        }
        try await agree()
    }

    private func agree() async throws { _ = try await fleet.converge(within: Self.patience) }

    // MARK: What both sides show

    /// A case without what depends on the moment at which it is shown.
    private func state(of report: ReportID, at node: FieldpostClient) async throws -> JSONValue {
        Self.lasting(try await node.handling(of: report))
    }

    private static func lasting(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(members.filter { $0.key != "left_ms" && $0.key != "due_soon" }.mapValues(lasting))
        case .list(let values): .list(values.map(lasting))
        default: value
        }
    }

    private func tasks(at node: FieldpostClient) async throws -> Set<ReportID> {
        let page = try await node.tasks([("person", Self.worker)])
        return Set((page["tasks"]?.list ?? []).compactMap { $0["report"]?.text.flatMap { ReportID(text: $0) } })
    }

    private func tellStanding(of reports: [ReportID]) async throws {
        for report in reports {
            let (text, state) = (try await far.report(report).report["text"], try await far.handling(of: report))
            let branches = (state["branches"]?.list ?? []).map { branch in
                let parts = [branch["label"]?["zh"]?.text ?? branch["stage"]?.text, branch["department"]?.text]
                return parts.compactMap(\.self).joined(separator: " ")
            }
            let dispute = state["disputes"]?.list?.isEmpty == false ? ", disputed" : ""
            let due = (state["deadline"]?["at"]?.text).map { ", due \($0)" } ?? ""
            let title = String((text?.text ?? "").prefix(12))
            tell("    " + "\(title): \(branches.joined(separator: " | "))\(dispute)\(due)".visibleLine)
        }
    }
}

/// One step, as somebody takes it. It is one value for the reason that `ReportEdit` names.
private struct Move: Sendable {
    let report: ReportID
    let edit: ReportEdit

    /// `seen`: the version that the author had seen. Nil: what the node holds now.
    init(_ step: String, _ report: ReportID, _ author: String, _ more: [String: String] = [:], seen: String? = nil) {
        var fields = more.mapValues { JSONValue.text($0) }
        (fields["step"], fields["author"]) = (.text(step), .text(author))
        self.report = report
        edit = ReportEdit(fields: fields, version: seen)
    }
}

extension FieldpostClient {
    fileprivate func take(_ move: Move) async throws {
        _ = try await persistently { () async throws(ClientError) in try await step(move.report, move.edit) }
    }
}
