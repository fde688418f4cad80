import FieldpostAPI
import FieldpostCore
import FieldpostNode
import Foundation
import HTTPTypes
import Testing

@testable import FieldpostHTTP

/// Compares `Protocol/openapi.yaml` with the code.
@Suite struct DescriptionTests {
    private static let lines: [String] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Protocol/openapi.yaml")
        return ((try? String(contentsOf: file, encoding: .utf8)) ?? "").components(separatedBy: "\n")
    }()

    @Test func `the description has the paths and methods that are served`() throws {
        var described: [String: Set<String>] = [:]
        var path: String?
        for line in Self.lines {
            if line.hasPrefix("  /") {
                path = String(line.dropFirst(2).dropLast())
            } else if let path, line.hasPrefix("    "), line.hasSuffix(":"), !line.hasPrefix("     ") {
                let key = line.dropFirst(4).dropLast()
                if key != "parameters" { described[path, default: []].insert(key.uppercased()) }
            } else if !line.hasPrefix(" ") {
                path = nil
            }
        }
        let node = try TestNode()
        defer { node.remove() }
        let reports = ReportAPI(node: node)
        let facts = SiteFacts(station: "x", role: .gateway)
        let routes =
            NodeHost.routes(of: node, reports, Unpaired(), Unpaired(), facts, LoginGate()) + reports.residentRoutes
        let served = Dictionary(grouping: routes, by: \.path)
        #expect(described == served.mapValues { Set($0.map(\.method.rawValue)) })
    }

    @Test func `the description has the problems that this API answers`() {
        let described = Set(
            Self.lines.compactMap { line in
                line.wholeMatch(of: /\s+- urn:fieldpost:problem:([a-z-]+)/).map { String($0.1) }
            })
        // These occur only on the admin socket.
        let ofAdministration: Set<Problem.Kind> = [
            .unknownGateway, .tooManyPeople, .ambiguousGateway, .unknownToken,
            .nameTaken, .unknownAccess, .unknownSetting, .settingChanged, .tooManySettings, .unknownJob, .jobIsOver,
        ]
        #expect(described == Set(Problem.Kind.allCases.filter { !ofAdministration.contains($0) }.map(\.rawValue)))
    }
}

/// Nobody is asked.
private struct Unpaired: PairingControl, WebSessionControl {
    var isSecure: Bool { false }
    func account(inSession secret: WebSecret) async throws -> (account: Account, session: WebSession)? { nil }
    func beginSession(
        _ access: Access, agent: String, address: String
    ) -> (secret: WebSecret, session: WebSession) { preconditionFailure("nobody logs in") }
    func sessions(of person: String) -> [WebSession] { [] }
    func endSessions(of person: String, where choose: (WebSession) -> Bool) -> Int { 0 }
    func setPassword(_ password: String, of access: Access) async throws {}
    func caller(showing token: AccessToken) async throws -> Caller? { nil }
    func remembered(_ token: AccessToken) -> Caller? { nil }
    func account(named name: String) async throws -> Access? { nil }
    func remembers(_ password: String, of account: Access) -> Bool { false }
    func isRight(_ password: String, of account: Access?) async -> Bool { false }
    func accesses() async throws -> AccessList { AccessList(access: []) }
    func give(_ request: AccessRequest, author: String) async throws -> NewAccess { throw AccessError.wrongCode }
    func revokeAccess(_ name: String, author: String) async throws {}

    func pairingCode(for person: Account) async throws -> PairingCode { throw AccessError.wrongCode }
    func redeem(_ code: PairingCode, by terminal: Account.Terminal) async throws -> NewPairing {
        throw AccessError.wrongCode
    }
    func pairings(of person: String?) async throws -> [PairingState] { [] }
    func endPairing(of terminal: String, with person: String?, author: String) async throws {}
    func people() async throws -> PersonList { PersonList(people: []) }
}
