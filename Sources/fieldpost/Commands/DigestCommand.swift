import ArgumentParser
import FieldpostAPI
import FieldpostClient

struct DigestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Prints a digest of all reports of this node. Nodes that show the same reports have the same digest.",
        discussion: ExitStatus.table(
            below: """
                At central, `--gateway` covers only the reports in that gateway's scope. The gateway itself holds \
                exactly these.
                """))

    @OptionGroup var daemon: DaemonOptions
    @Option(help: "At central: a gateway's name, or the first digits of its NodeID.") var gateway: String?
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        let client = try daemon.client()
        let digest: NodeDigest
        do throws(ClientError) {
            digest = try await client.digest(gateway: gateway)
        } catch {
            throw DaemonOptions.explained(error)
        }
        if json {
            let object: JSONValue = .object([
                "reports": .integer(Int64(digest.reports)), "digest": .text(digest.digest),
            ])
            TTY.write(try object.encoded() + "\n")
        } else {
            TTY.write("\(digest.digest)  \(Quantity.count(digest.reports, "report"))\n")
        }
    }
}
