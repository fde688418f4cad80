import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation

extension Rig {
    /// Looks over HTTP whether a node shows everything of a page of the ledger, each exactly once and with all its
    /// content: fields, texts and authors, entry by entry. What is not so is counted as lost or doubled; what nobody
    /// sent is a fault. Returns what is wrong with each that is not as it was acknowledged. `photos`: also asks for the
    /// bytes of each photo.
    @discardableResult
    func look(
        at intake: Intake, for page: Ledger.Page, counting: Bool = true, photos: Bool = true
    ) async throws -> [EntryID: String] {
        let listed = try await Self.listed(intake.client)
        let sent = ledger.sent
        let created = Set(sent.values.filter { $0.kind == .report }.map(\.report))
        for id in listed where !created.contains(id) { fail("\(intake.name): report \(id) was never sent") }

        var keys: [ReportID: [EntryID]] = [:]
        for (key, write) in page.writes { keys[write.report, default: []].append(key) }
        var (lost, doubled): ([String], [String]) = ([], [])
        var defects: [EntryID: String] = [:]
        var texts: [JSONValue: ReportID] = [:]
        for (id, report) in try await Self.reports(Array(keys.keys), at: intake) {
            let content = report.map { Content($0) }
            for key in keys[id] ?? [] {
                guard let write = page.writes[key] else { continue }
                let defect = content.map { $0.defect(of: write, under: key) } ?? Content.missing
                guard let defect else { continue }
                defects[key] = defect
                lost.append("\(intake.name): \(write.kind) \(key) of report \(id) \(defect)")
            }
            guard let content else { continue }
            if !listed.contains(id) { lost.append("\(intake.name): report \(id) stands in no listing") }
            doubled += content.repeated.map { "\(intake.name): \($0) of report \(id) stands twice" }
            for key in content.history.keys where sent[key]?.report != id {
                doubled.append("\(intake.name): entry \(key) of report \(id) was never sent")
            }
            if defects.isEmpty, let reason = content.unfounded(by: sent) {
                fail("\(intake.name): report \(id) \(reason)")
            }
            guard let text = content.fields["text"], text != .null else { continue }
            if texts.updateValue(id, forKey: text) != nil {
                doubled.append("\(intake.name): \(id) stands under two ids")
            }
        }
        guard counting else { return defects }
        measure { [lost, doubled] measures in
            measures.lost += lost
            measures.doubled += doubled
            measures.looked += page.count
        }
        if photos { try await lookForPhotos(at: intake, in: page) }
        return defects
    }

    /// As `look(at:for:)` for the whole ledger: at central for all, at each gateway for what it acknowledged and for
    /// what lies in its grids. Nodes on which nothing happened but crashes have no alarm.
    func lookEverywhere(_ town: Town, isQuiet: Bool = true) async throws {
        let page = ledger.page
        try await look(at: town.intakes[0], for: page)
        for (number, intake) in zip(1..., town.gatewayIntakes) {
            try await look(at: intake, for: page.acknowledged(by: intake.name))
            try await lookAtScope(of: intake, grids: Set(Self.grids(of: number)), page)
        }
        guard isQuiet else { return }
        for node in town.nodes {
            // Where a rig sets a clock wrong, its certificate seems to have ended, or not to hold yet.
            let alarms = try await node.socket.status().alarms.filter { !$0.hasPrefix("The certificate of HTTP") }
            check(alarms.isEmpty, "\(node.name) has alarms: \(alarms)")
        }
    }

    /// Whether a gateway holds what lies in its grids, and nothing of others' that does not. Told from what was sent
    /// alone: a report whose grid was ever changed is left out.
    func lookAtScope(of intake: Intake, grids: Set<String>, _ page: Ledger.Page) async throws {
        let sent = ledger.sent.values
        let moved = Set(sent.filter { $0.kind == .edit && $0.fields["grid"] != nil }.map(\.report))
        let own = Set(sent.filter { $0.node == intake.name }.map(\.report))
        let lies = { (write: Write) in write.fields["grid"]?.text.map(grids.contains) ?? false }
        let inside = page.reports.filter { lies($0.value) && !moved.contains($0.key) }
        let concerning = page.about(Set(inside.keys))
        try await look(at: intake, for: concerning, photos: false)
        // Photos of others come when somebody opens them.
        let opened = concerning.filter { $0.kind == .photo && $0.node != intake.name }
        try await lookForPhotos(at: intake, in: opened.first(Self.openedPhotos))
        let outside = page.reports.filter { !lies($0.value) && !moved.contains($0.key) && !own.contains($0.key) }
        let listed = try await Self.listed(intake.client)
        for id in outside.keys where listed.contains(id) {
            fail("\(intake.name) holds report \(id), which is not in its grids")
        }
    }

    private static let openedPhotos = 6

    /// What central wrote and none of these gateways holds.
    func centralsAlone(_ page: Ledger.Page, _ gateways: [Intake]) async throws -> Set<EntryID> {
        var alone = Set(page.acknowledged(by: "central").writes.keys)
        for intake in gateways {
            alone = Set(try await look(at: intake, for: page.only(alone), counting: false).keys)
        }
        return alone
    }

    /// Asks for each report by itself, several at a time; nil for one that is not there.
    private static func reports(_ ids: [ReportID], at intake: Intake) async throws -> [(ReportID, JSONValue?)] {
        let workers = 8
        return try await withThrowingTaskGroup(of: [(ReportID, JSONValue?)].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var reports: [(ReportID, JSONValue?)] = []
                    for index in stride(from: worker, to: ids.count, by: workers) {
                        reports.append((ids[index], try await report(ids[index], at: intake)))
                    }
                    return reports
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private static func report(_ id: ReportID, at intake: Intake) async throws(ClientError) -> JSONValue? {
        do throws(ClientError) {
            return try await intake.client.report(id).report
        } catch {
            guard case .refused(404, _) = error else { throw error }
            return nil
        }
    }

    /// The reports that a node's listing shows.
    static func listed(_ client: FieldpostClient) async throws -> Set<ReportID> {
        var listed: Set<ReportID> = []
        var cursor: String?
        repeat {
            let page = try await client.reports([("limit", "500"), ("cursor", cursor)])
            for report in page["reports"]?.list ?? [] {
                if let id = report["id"]?.text.flatMap({ ReportID(text: $0) }) { listed.insert(id) }
            }
            cursor = page["next"]?.text
        } while cursor != nil
        return listed
    }
}
