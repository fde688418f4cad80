import ArgumentParser
import FieldpostClient

/// The daemon on this machine that a command calls.
struct DaemonOptions: ParsableArguments {
    @Option(help: "The daemon's state directory. Default: from the configuration, else /var/lib/fieldpost.")
    var stateDirectory: String?

    @Option(help: "The daemon's admin socket. Default: admin.sock in the state directory.")
    var socket: String?

    @Option(name: .customLong("configuration"), help: "The daemon's configuration file.")
    var configurationFile: String?

    func client() throws -> FieldpostClient {
        if let socket { return FieldpostClient(socket: socket) }
        return FieldpostClient(
            socket: try DaemonLookup(file: configurationFile).adminSocket(stateDirectory: stateDirectory))
    }

    /// Runs a request to a daemon, and explains its errors.
    static func explaining<Value>(
        _ ask: () async throws(ClientError) -> Value
    ) async throws(CommandFailure) -> Value {
        do throws(ClientError) {
            return try await ask()
        } catch {
            throw explained(error)
        }
    }

    /// Adds to the error of a socket what a person can do.
    static func explained(_ error: ClientError) -> CommandFailure {
        guard case .unreachable(let socket, let reason) = error else { return CommandFailure(error) }
        return CommandFailure(
            .unavailable,
            "No daemon answers at \(socket) (\(reason)). Start it with `fieldpost gateway` or `fieldpost central`, "
                + "or name its --state-directory. Only the daemon's user and root may use the socket.")
    }
}
