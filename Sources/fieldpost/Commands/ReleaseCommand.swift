import ArgumentParser
import FieldpostCore
import FieldpostNode

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "At central: lets a gateway in that was taken for a clone.",
        discussion: "Two machines that run from copies of one card would for ever be taken for each other. So look "
            + "first, and leave only one of them running. What either took in stays, and comes to central with it.\n\n"
            + "With --forget it lets nobody in: a gateway that said hello as \(Limits.livesPerNode) lives of its "
            + "journal is let in as no other, until those of which central holds no entry are forgotten.\n\n"
            + ExitStatus.table)

    @Argument(help: "The gateway's name, or the first digits of its NodeID.") var gateway: String
    @Flag(help: "Forget the gateway's lives that have no entries, and let none in.") var forget = false
    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        let client = try daemon.client()
        let result: ReleasedLives
        do throws(ClientError) {
            result = try await client.release(gateway: gateway, forgetting: forget)
        } catch {
            throw DaemonOptions.explained(error)
        }
        Terminal.write(
            json
                ? "{\"forgotten\":\(result.forgotten),\"released\":\(result.released)}\n"
                : ReleaseText.text(result, gateway: gateway, forgetting: forget))
    }
}
