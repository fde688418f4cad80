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
        let served = Dictionary(grouping: NodeHost.routes(of: node, Unpaired()), by: \.path)
        #expect(described == served.mapValues { Set($0.map(\.method.rawValue)) })
    }

    @Test func `the description has the problems that this API answers`() {
        let described = Set(
            Self.lines.compactMap { line in
                line.wholeMatch(of: /\s+- urn:fieldpost:problem:([a-z-]+)/).map { String($0.1) }
            })
        // These occur only on the admin socket.
        let ofAdministration: Set<Problem.Kind> = [
            .unknownGateway, .tooManyPeople, .ambiguousGateway, .notConnected, .interrupted, .unknownToken,
            .nameTaken, .unknownAccess, .unknownSetting, .settingChanged, .tooManySettings,
        ]
        #expect(described == Set(Problem.Kind.allCases.filter { !ofAdministration.contains($0) }.map(\.rawValue)))
    }
}

/// Nobody is asked.
private struct Unpaired: PairingControl {
    func pairingCode(for person: Account) async throws -> PairingCode { throw AccessError.wrongCode }
    func redeem(_ code: PairingCode, by terminal: Account.Terminal) async throws -> NewPairing {
        throw AccessError.wrongCode
    }
    func pairings(of person: String?) async throws -> [PairingState] { [] }
    func endPairing(of terminal: String, with person: String?, author: String) async throws {}
    func people() async throws -> PersonList { PersonList(people: []) }
}
