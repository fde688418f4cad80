import ArgumentParser
import FieldpostAPI
import FieldpostClient
import FieldpostCore

struct AcceptCloneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept-clone",
        abstract: "At central: accepts a gateway that was refused as a clone.",
        discussion: "Two machines that run from copies of one card have the same identity. So check "
            + "first, and leave only one of them running. The reports on each card stay there, and reach central "
            + "only when a machine with that card connects. Do not erase the other card before that.\n\n"
            + "With --forget, no clone is accepted. Instead, central forgets the gateway's incarnations without "
            + "entries. A gateway that has used \(Limits.incarnationsPerNode) incarnations cannot start another one "
            + "before that.\n\n"
            + ExitStatus.table)

    @Argument(help: "The gateway's name, or the first digits of its NodeID.") var gateway: String
    @Flag(help: "Forget the gateway's incarnations that have no entries. Accept none.") var forget = false
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
