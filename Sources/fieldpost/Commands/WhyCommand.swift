import ArgumentParser
import FieldpostAPI
import FieldpostClient

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Says where a report or a photo is, what it waits for, and when it is expected.",
        discussion: """
            At a gateway: whether central has confirmed the report, what is ahead of it, how the link is, and where \
            its photos are. At central: which gateways hold it. Nothing that the report says is shown but its \
            category, grid and door. Times to come follow from the measured rate of the link, and are about right.

            EXAMPLE
              fieldpost why 0190a3c4-5d6e --configuration /etc/fieldpost/gateway.yaml

            \(ExitStatus.table)
            """)

    @Argument(help: "The id of a report, or its first digits, or the SHA-256 of a photo or clip.") var of: String
    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print the JSON object as the daemon wrote it.") var json = false

    func run() async throws {
        let client = try daemon.client()
        let asked = of.lowercased()
        let answer = try await DaemonOptions.explaining { () throws(ClientError) in
            try await client.whereabouts(of: asked)
        }
        TTY.write(json ? answer.text.visibleJSON : WhyText.text(answer.value))
    }
}
