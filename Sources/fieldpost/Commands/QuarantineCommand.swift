import ArgumentParser
import FieldpostAPI
import FieldpostClient
import Foundation

struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Lists entries that are kept but cannot be merged, with the reasons, without their content.",
        discussion: "They are never deleted, and no other entry waits for them. A newer version may be able to read "
            + "them: `--replay` tries again.\n\n" + ExitStatus.table)

    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Try to read them again, and merge those that can now be read.") var replay = false
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        let client = try daemon.client()
        do throws(ClientError) {
            TTY.write(replay ? try await replayed(client) : try await list(client))
        } catch {
            throw DaemonOptions.explained(error)
        }
    }

    private func list(_ client: FieldpostClient) async throws(ClientError) -> String {
        let answer = try await client.quarantine()
        return json ? String(decoding: answer.text, as: UTF8.self).visibleJSON + "\n" : QuarantineText.text(answer.list)
    }

    private func replayed(_ client: FieldpostClient) async throws(ClientError) -> String {
        let result = try await client.replayQuarantine()
        return json ? "{\"merged\":\(result.merged)}\n" : QuarantineText.text(result)
    }
}
