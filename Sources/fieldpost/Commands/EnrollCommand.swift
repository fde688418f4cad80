import ArgumentParser
import FieldpostCore
import FieldpostGateway
import FieldpostNode
import FieldpostTransport
import Foundation

struct EnrollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "At a gateway: enrolls it with a central node.",
        discussion: """
            With a token from `fieldpost token create` at central, the gateway is enrolled at once. Without a token \
            it waits until a person at central approves it. Both sides then show six words. Compare them before \
            you approve: if they differ, an attacker may be in between.

            A token is never given on the command line, where others can read it. It comes from a file, from standard \
            input or from the environment variable FIELDPOST_TOKEN. The daemon may be running; it notices the \
            enrollment by itself.

            \(ExitStatus.table)
            """)

    @Option(help: "Central's address, as host:port. Default: the first address that the daemon dials.")
    var central: String?
    @Option(help: "The file with the token; - for standard input.") var tokenFile: String?
    @Option(help: "The gateway's name. Default: from the configuration, else the host name.") var name: String?
    @Option(help: "The daemon's state directory. Default: from the configuration, else /var/lib/fieldpost.")
    var stateDirectory: String?
    @Option(name: .customLong("configuration"), help: "The daemon's configuration file.")
    var configurationFile: String?
    @Option(help: "Central's NodeID, for a central node that dials this gateway. No connection is made.")
    var centralID: String?
    @Flag(help: "Do not wait for a person at central. Print the state and exit.") var noWait = false
    @Flag(
        help: """
            Replace the central node that this gateway is enrolled with. The daemon notices this within a second or \
            two.
            """) var replace = false
    @Flag(help: "Print one JSON object per line.") var json = false

    private static let pause = Duration.seconds(2)

    func run() async throws {
        let lookup = try DaemonLookup(file: configurationFile)
        let directory = lookup.stateDirectory(stateDirectory)
        let pin = CentralPin(stateDirectory: directory)
        if let centralID { return try name(centralID, pin) }
        let token = try EnrollmentTokenSource(file: tokenFile).read()
        let held = pin.read()
        guard replace || held == nil || token == nil || token?.central == held else {
            throw Self.enrolledElsewhere
        }
        let request = try EnrollmentRequest(
            key: try NodeKey.ofNode(in: directory, creates: true), central: try endpoint(lookup),
            name: name ?? lookup.name ?? ProcessInfo.processInfo.hostName, grids: lookup.grids, token: token?.secret)
        let answer = try await admitted(request, central: token?.central ?? (replace ? nil : held))
        if answer.enrolled.admission != nil { try pin.write(answer.central) }
        tell(answer)
    }

    /// `fieldpost gateways add` gives central what it needs to know of this gateway.
    private func name(_ text: String, _ pin: CentralPin) throws {
        guard let central = NodeID(hex: text) else {
            throw ValidationError("--central-id takes a NodeID: 64 hexadecimal digits.")
        }
        guard replace || pin.read().map({ $0 == central }) ?? true else { throw Self.enrolledElsewhere }
        try pin.write(central)
        TTY.write(json ? "{\"central\":\"\(central)\"}\n" : "This gateway now accepts only central \(central.short).\n")
    }

    private static let enrolledElsewhere = CommandFailure(
        .configuration,
        "This gateway is enrolled with another central node. Nothing was changed. Use --replace to replace that one.")

    /// Asks again until a person has decided.
    private func admitted(_ request: EnrollmentRequest, central: NodeID?) async throws -> EnrollmentRequest.Answer {
        var answer = try await request.send(to: central)
        guard answer.enrolled.admission == nil, !noWait else { return answer }
        tell(answer)
        while answer.enrolled.admission == nil {
            try await Task.sleep(for: Self.pause)
            do throws(EnrollmentError) {
                answer = try await request.send(to: answer.central)
            } catch .unreachable {
                continue
            }
        }
        return answer
    }

    private func endpoint(_ lookup: DaemonLookup) throws -> Endpoint {
        guard let text = central ?? lookup.dial.first else {
            throw ValidationError("--central is missing: the central node's address, as host:port.")
        }
        guard let endpoint = Endpoint(text), endpoint.port > 0 else {
            throw ValidationError("\"\(text)\" is not host:port. Write it like central.example:7310.")
        }
        return endpoint
    }

    private func tell(_ answer: EnrollmentRequest.Answer) {
        TTY.write(json ? EnrollText.object(answer) : EnrollText.text(answer))
    }
}

/// Where an enrollment token comes from. It is never on the command line.
struct EnrollmentTokenSource {
    /// "-": standard input; nil: the environment, or no token.
    let file: String?
    var environment = ProcessInfo.processInfo.environment

    static let variable = "FIELDPOST_TOKEN"

    func read() throws(CommandFailure) -> EnrollmentToken? {
        guard let text = try text() else { return nil }
        guard let token = EnrollmentToken(text: text) else {
            throw CommandFailure(
                .configuration,
                "This is not an enrollment token. `fieldpost token create` at central prints one. It starts with "
                    + "fieldpost- and has 107 characters.")
        }
        return token
    }

    private func text() throws(CommandFailure) -> String? {
        guard let file else { return environment[Self.variable] }
        // A token has 107 characters.
        return String(decoding: try SecretFile.read(file, what: "token"), as: UTF8.self)
    }
}
