import ArgumentParser
import FieldpostAPI
import FieldpostCore

struct AcceptCloneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept-clone",
        abstract: "At central: lets a gateway in that was taken for a clone.",
        discussion: "Two machines that run from copies of one card would for ever be taken for each other. So look "
            + "first, and leave only one of them running. What either took in stays, and comes to central with it.\n\n"
            + "With --forget it lets nobody in. A gateway that has used \(Limits.incarnationsPerNode) incarnations "
            + "cannot start another one until those without entries at central are forgotten.\n\n"
            + ExitStatus.table)

    @Argument(help: "The gateway's name, or the first digits of its NodeID.") var gateway: String
    @Flag(help: "Forget the gateway's incarnations that have no entries, and let none in.") var forget = false
    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        let client = try daemon.client()
        let result: AcceptedClones
        do throws(ClientError) {
            result = try await client.acceptClone(gateway: gateway, forgetting: forget)
        } catch {
            throw DaemonOptions.explained(error)
        }
        TTY.write(
            json
                ? "{\"forgotten\":\(result.forgotten),\"accepted\":\(result.accepted)}\n"
                : AcceptCloneText.text(result, gateway: gateway, forgetting: forget))
    }
}
