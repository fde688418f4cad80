import ArgumentParser
import FieldpostAPI
import FieldpostClient
import FieldpostCore
import Foundation

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Lists what administrators did at this node, such as enrolling, revoking and resyncing gateways.",
        discussion:
            "Newest first, at most \(Limits.pageReports), each with the user who gave the command, or the token with "
            + "which a gateway enrolled.\n\n" + ExitStatus.table)

    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        let client = try daemon.client()
        let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.auditLog() }
        TTY.write(
            json ? String(decoding: answer.text, as: UTF8.self).visibleJSON + "\n" : Self.text(answer.list))
    }

    /// For people. The names of accounts may be texts that others chose.
    static func text(_ list: AuditLog) -> String {
        guard !list.events.isEmpty else { return "No administrator has done anything at this node.\n" }
        return list.events.map { event in
            "\(event.at?.visibleLine ?? "at an unknown time")  \(event.author.visibleLine)  "
                + "\(event.account.visibleLine)\n"
        }.joined()
    }
}
