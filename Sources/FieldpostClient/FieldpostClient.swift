package import FieldpostAPI
package import FieldpostCore
package import Foundation
import NIOHTTP1

/// The HTTP API of a node, as commands, the demo and tests use it.
package struct FieldpostClient: Sendable {
    package let exchange: HTTPExchange

    /// A URL or a socket's path, for people.
    package var address: String { exchange.address }

    /// `address`: "http://host:port" or "host:port". Throws `.badAddress`. `token`: a terminal's token; nil means the
    /// one in the environment, if any.
    package init(at address: String, token: String? = nil) throws(ClientError) {
        exchange = try HTTPExchange(address: address, token: token)
    }

    package init(_ exchange: HTTPExchange) { self.exchange = exchange }

    /// Through a daemon's admin socket.
    package init(socket path: String) { exchange = HTTPExchange(socket: path) }

    /// A report as a node returns it.
    package struct ReportAnswer: Hashable, Sendable {
        package let report: JSONValue
        /// The `ETag`: the version of the report, to be sent back as `If-Match`.
        package let version: String?
        /// The key was used before with the same content, so this call changed nothing.
        package let isReplay: Bool
    }

    /// What happened to a report that was sent.
    package struct Created: Hashable, Sendable {
        /// The report existed already.
        package let wasThere: Bool
        /// The node stored it without a value that cannot have been measured.
        package let isSetAside: Bool
    }

    /// Safe to repeat: the report's id makes every repetition the same report.
    @discardableResult
    package func create(_ report: ReportInput) async throws(ClientError) -> Created {
        let answer = try await exchange.send(.POST, "/v1/reports", body: report.body)
        // The answer is decoded only when it may contain `set_aside`, because an import sends many reports.
        let name = Data("\"\(FieldName.setAside.rawValue)\"".utf8)
        var isSetAside = false
        if answer.body.firstRange(of: name) != nil {
            let report: JSONValue = try decode(answer.body)
            isSetAside = report["fields"]?[FieldName.setAside.rawValue] != nil
        }
        return Created(
            wasThere: answer.headers.first(name: "Idempotency-Replayed") == "true", isSetAside: isSetAside)
    }

    package func patch(_ id: ReportID, _ edit: ReportEdit) async throws(ClientError) -> ReportAnswer {
        let body = try body(.object(edit.fields))
        return try answer(
            try await exchange.send(.PATCH, "/v1/reports/\(id)", headers: edit.headers, body: body))
    }

    package func note(_ id: ReportID, _ note: ReportNote) async throws(ClientError) -> ReportAnswer {
        var members = ["text": note.text, "author": note.author]
        if note.audience.isPublic { members["audience"] = note.audience.name }
        let body = try body(.object(members.mapValues(JSONValue.text)))
        let headers = [("Idempotency-Key", note.key.description)]
        return try answer(try await exchange.send(.POST, "/v1/reports/\(id)/notes", headers: headers, body: body))
    }

    /// Takes a step of handling. `step`: the members of the body.
    @discardableResult
    package func step(_ id: ReportID, _ step: ReportEdit) async throws(ClientError) -> ReportAnswer {
        let body = try body(.object(step.fields))
        return try answer(
            try await exchange.send(.POST, "/v1/reports/\(id)/steps", headers: step.headers, body: body))
    }

    /// How a report is handled.
    package func handling(of id: ReportID) async throws(ClientError) -> JSONValue {
        try decode(try await exchange.send(.GET, "/v1/reports/\(id)/case").body)
    }

    package func report(_ id: ReportID) async throws(ClientError) -> ReportAnswer {
        try answer(try await exchange.send(.GET, "/v1/reports/\(id)"))
    }

    /// One page. `conditions`: filters and paging parameters by name. Those that are nil are left out.
    package func reports(_ conditions: [(String, String?)] = []) async throws(ClientError) -> JSONValue {
        try decode(try await exchange.send(.GET, "/v1/reports\(query(conditions))").body)
    }

    /// So many reports at most, from as many pages as that takes: a page of a search may be short. The answer has the
    /// form of one page.
    package func reports(_ conditions: [(String, String?)], upTo limit: Int) async throws(ClientError) -> JSONValue {
        var reports: [JSONValue] = []
        var members: [String: JSONValue] = [:]
        var cursor: String?
        repeat {
            let page = try await self.reports(conditions + [("limit", "\(limit - reports.count)"), ("cursor", cursor)])
            reports += page["reports"]?.list ?? []
            cursor = page["next"]?.text
            members["next"] = page["next"]
            if let complete = page["complete"] { members["complete"] = complete }
        } while cursor != nil && reports.count < limit
        members["reports"] = .list(reports)
        return .object(members)
    }

    /// One page of what waits for whom. `conditions`: filters and paging parameters by name. Those that are
    /// nil are left out.
    package func tasks(_ conditions: [(String, String?)] = []) async throws(ClientError) -> JSONValue {
        try decode(try await exchange.send(.GET, "/v1/tasks\(query(conditions))").body)
    }

    /// Figures of cases, or with `cases` the cases behind one. The node reads all its reports for the figures.
    package func indicators(_ conditions: [(String, String?)]) async throws(ClientError) -> JSONValue {
        try decode(try await exchange.send(.GET, "/v1/indicators\(query(conditions))", seconds: 3_600).body)
    }

    package func status() async throws(ClientError) -> NodeStatus { try decode(try await statusText()) }

    /// The status as the node wrote it.
    package func statusText() async throws(ClientError) -> Data { try await exchange.send(.GET, "/v1/status").body }

    /// The digest of all reports of the node, or at central of one gateway's scope. Only through the admin socket.
    package func digest(gateway: String? = nil) async throws(ClientError) -> NodeDigest {
        try decode(try await exchange.send(.GET, "/v1/digest\(query([("gateway", gateway)]))").body)
    }

    // MARK: Upkeep, through the admin socket only

    /// The latest incidents, and the answer as the node wrote it.
    package func incidents() async throws(ClientError) -> (list: IncidentList, text: Data) {
        let text = try await exchange.send(.GET, "/v1/incidents").body
        return (try decode(text), text)
    }

    /// The latest audit events, and the answer as the node wrote it.
    package func auditLog() async throws(ClientError) -> (list: AuditLog, text: Data) {
        let text = try await exchange.send(.GET, "/v1/audit").body
        return (try decode(text), text)
    }

    package func resolveIncidents() async throws(ClientError) -> ResolvedIncidents {
        try decode(try await exchange.send(.POST, "/v1/incidents/resolve").body)
    }

    /// What a gateway's links may carry, and the answer as the node wrote it.
    package func links() async throws(ClientError) -> (state: LinksState, text: Data) {
        let text = try await exchange.send(.GET, "/v1/links").body
        return (try decode(text), text)
    }

    /// Lets photos and thumbnails wait for so many seconds.
    package func pauseLinks(seconds: UInt64) async throws(ClientError) -> (state: LinksState, text: Data) {
        let text = try await exchange.send(.POST, "/v1/links/pause?seconds=\(seconds)").body
        return (try decode(text), text)
    }

    /// Ends that pause.
    package func resumeLinks() async throws(ClientError) -> (state: LinksState, text: Data) {
        let text = try await exchange.send(.POST, "/v1/links/resume").body
        return (try decode(text), text)
    }

    /// The quarantined entries, and the answer as the node wrote it.
    package func quarantine() async throws(ClientError) -> (list: QuarantineList, text: Data) {
        let text = try await exchange.send(.GET, "/v1/quarantine").body
        return (try decode(text), text)
    }

    /// `dot`: nil for all entries.
    package func replayQuarantine(_ dot: String? = nil) async throws(ClientError) -> ReplayedQuarantine {
        try decode(try await exchange.send(.POST, "/v1/quarantine/replay\(query([("dot", dot)]))").body)
    }

    package func quarantined(_ dot: String) async throws(ClientError) -> Answered<QuarantineDetail> {
        try await call(.GET, "/v1/quarantine/entry", [("dot", dot)])
    }

    /// At central. `gateway`: its name, or the first digits of its NodeID.
    package func acceptClone(gateway: String, forgetting: Bool = false) async throws(ClientError) -> AcceptedClones {
        let path = forgetting ? "/v1/gateways/forget-incarnations" : "/v1/gateways/accept-clone"
        return try decode(try await exchange.send(.POST, "\(path)\(query([("gateway", gateway)]))").body)
    }

    /// "?name=value&…", percent-encoded; empty when no pair has a value.
    func query(_ pairs: [(String, String?)]) -> String {
        var components = URLComponents()
        components.queryItems = pairs.compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
        let query = components.percentEncodedQuery ?? ""
        return query.isEmpty ? "" : "?\(query)"
    }

    private func answer(_ answer: HTTPExchange.Answer) throws(ClientError) -> ReportAnswer {
        ReportAnswer(
            report: try decode(answer.body), version: answer.headers.first(name: "ETag"),
            isReplay: answer.headers.first(name: "Idempotency-Replayed") == "true")
    }

    func decode<Value: Decodable>(_ data: Data) throws(ClientError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch {
            throw .malformed(address: address)
        }
    }

    func body(_ value: JSONValue) throws(ClientError) -> [UInt8] {
        do {
            return Array(try value.encoded().utf8)
        } catch {
            throw .malformed(address: address)
        }
    }
}
