import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import Synchronization
import TestKit

/// A node that takes reports in, and what terminals or dispatchers show it.
struct Intake: Sendable {
    let name: String
    /// Reads, edits and adds notes: a terminal's token, or a dispatcher's login.
    let client: FieldpostClient
    /// At a gateway: by channel. Each terminal reports by its own alone.
    var terminals: [String: FieldpostClient] = [:]
    /// At central: who is logged in, in whose name every change is.
    var login: String?

    /// Sends a report by the terminal of its channel. Safe to repeat.
    func create(_ report: ReportInput) async throws(ClientError) {
        let channel = report.fields["channel"]?.text ?? ""
        _ = try await (terminals[channel] ?? client).create(report)
    }

    /// Whom changes here are by.
    func author(_ others: String) -> String { login ?? others }
}

/// What the operator of one node gave out: tokens at a gateway, a login at central. Copies of the node know it too.
struct Badges: Sendable {
    /// By channel.
    var tokens: [String: String] = [:]
    var password = ""

    static let login = "李强"

    func intake(_ name: String, at address: String, trusting certificates: String) throws -> Intake {
        let client = { (shown: String) in
            FieldpostClient(try HTTPExchange(address: address, authorization: shown, trusting: certificates))
        }
        guard tokens.isEmpty else {
            let terminals = try tokens.mapValues { try client("Bearer \($0)") }
            guard let client = terminals["terminal"] else { throw Tool.Failure(description: "\(name): no terminal") }
            return Intake(name: name, client: client, terminals: terminals)
        }
        let login = Data("\(Self.login):\(password)".utf8).base64EncodedString()
        return Intake(name: name, client: try client("Basic \(login)"), login: Self.login)
    }

    /// Gives them out, as an operator does at a node's socket.
    static func give(at node: NodeProcess, isCentral: Bool) async throws -> Badges {
        var badges = Badges()
        if isCentral {
            badges.password = "\(UUID())"
            _ = try await node.socket.setAccount(login, role: "dispatcher", password: badges.password)
        } else {
            for channel in ["terminal", "suishoupai", "app", "sensor"] {
                badges.tokens[channel] = try await token(of: channel, at: node)
            }
            // One that nobody uses, to be revoked some time.
            _ = try? await node.socket.addTerminal("P-spare", channel: "app")
        }
        return badges
    }

    /// Under another name where a fault took the token of the first away: what was given is shown once.
    private static func token(of channel: String, at node: NodeProcess) async throws -> String? {
        let given = try await node.socket.accesses().value.access.map(\.name)
        let name = given.contains("P-\(channel)") ? "P-\(channel)-again" : "P-\(channel)"
        return try await node.socket.addTerminal(name, channel: channel).value.token
    }
}
