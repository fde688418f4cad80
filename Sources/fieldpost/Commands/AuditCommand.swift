import ArgumentParser
import FieldpostAPI
import FieldpostCore
import Foundation

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Lists what this node's administrators did: enrolled, revoked, let in, resynced.",
        discussion:
            "Newest first, at most \(Limits.pageReports), each with the user who gave the command, or the token that "
            + "a gateway came in by.\n\n" + ExitStatus.table)

    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        let client = try daemon.client()
        let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.auditLog() }
        TTY.write(
            json ? String(decoding: answer.text, as: UTF8.self).visibleJSON + "\n" : Self.text(answer.list))
    }

    /// For people. Accounts may hold names that others chose.
    static func text(_ list: AuditLog) -> String {
        guard !list.events.isEmpty else { return "Nothing was done by an administrator here.\n" }
        return list.events.map { event in
            "\(event.at?.visibleLine ?? "at an unknown time")  \(event.author.visibleLine)  "
                + "\(event.account.visibleLine)\n"
        }.joined()
    }
}
