import ArgumentParser

/// Which daemon on this machine a command talks to.
struct DaemonOptions: ParsableArguments {
    @Option(help: "The daemon's state directory. Default: as configured, else /var/lib/fieldpost.")
    var stateDirectory: String?

    @Option(help: "The daemon's admin socket. Default: admin.sock in the state directory.")
    var socket: String?

    @Option(name: .customLong("configuration"), help: "The file that the daemon reads.")
    var configurationFile: String?

    func client() throws -> FieldpostClient {
        if let socket { return FieldpostClient(socket: socket) }
        return FieldpostClient(
            socket: try DaemonLookup(file: configurationFile).adminSocket(stateDirectory: stateDirectory))
    }

    /// Runs what asks a daemon.
    static func explaining<Value>(
        _ ask: () async throws(ClientError) -> Value
    ) async throws(CommandFailure) -> Value {
        do throws(ClientError) {
            return try await ask()
        } catch {
            throw explained(error)
        }
    }

    /// Says of a socket what a person can do, which the error of a connection does not.
    static func explained(_ error: ClientError) -> CommandFailure {
        guard case .unreachable(let socket, let reason) = error else { return CommandFailure(error) }
        return CommandFailure(
            .unavailable,
            "No daemon answers at \(socket) (\(reason)). Start it with `fieldpost gateway` or `fieldpost central`, "
                + "or name its --state-directory. Only its own user and root may ask it.")
    }
}
