import ArgumentParser
import FieldpostNode

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "At central: lets a gateway in that was taken for a clone.",
        discussion: "Two machines that run from copies of one card would for ever be taken for each other. So look "
            + "first, and leave only one of them running. What either took in stays, and comes to central with it.\n\n"
            + ExitStatus.table)

    @Argument(help: "The gateway's name, or the first digits of its NodeID.") var gateway: String
    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        let client = try daemon.client()
        let result: ReleasedLives
        do throws(ClientError) {
            result = try await client.release(gateway: gateway)
        } catch {
            throw DaemonOptions.explained(error)
        }
        Terminal.write(
            json ? "{\"released\":\(result.released)}\n" : ReleaseText.text(result, gateway: gateway))
    }
}
