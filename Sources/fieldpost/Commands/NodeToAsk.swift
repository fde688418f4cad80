import ArgumentParser
import FieldpostClient
import FieldpostCore

/// The id of a report on the command line.
enum ReportArgument {
    /// Throws `ValidationError` for a text that is no id.
    static func id(_ text: String) throws -> ReportID {
        guard let id = ReportID(text: text) else {
            throw ValidationError(
                "\"\(text)\" is not a report id. Write it like 0190a3c4-5d6e-4f70-8192-a3b4c5d6e7f8.")
        }
        return id
    }
}

/// The node that a command asks: the daemon on this machine, or another.
struct NodeToAsk: ParsableArguments {
    @Option(
        name: [.long, .customLong("to")],
        help: """
            Another node, as http://host:port, with the token in the environment variable FIELDPOST_HTTP_TOKEN. \
            Default: the daemon on this machine, through its admin socket.
            """) var at: String?
    @OptionGroup var daemon: DaemonOptions

    func client() throws -> FieldpostClient {
        if let at { try FieldpostClient(at: at) } else { try daemon.client() }
    }

    /// Runs a request, and explains its errors.
    func explaining<Value>(_ ask: () async throws(ClientError) -> Value) async throws(CommandFailure) -> Value {
        do throws(ClientError) {
            return try await ask()
        } catch {
            throw explained(error)
        }
    }

    func explained(_ error: ClientError) -> CommandFailure {
        at == nil ? DaemonOptions.explained(error) : CommandFailure(error)
    }
}
