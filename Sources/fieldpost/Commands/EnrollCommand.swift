import ArgumentParser
import FieldpostCore
import FieldpostGateway
import FieldpostNode
import FieldpostTransport
import Foundation

struct EnrollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "At a gateway: makes it known to a central node, and that central node known to it.",
        discussion: """
            With a token, made at central by `fieldpost token create`, that is all. Without one the gateway waits \
            until a person at central approves it. Both sides then show the same six words: read them to each \
            other before approving, since differing words mean that somebody is in between.

            A token never stands on the command line, where others can read it: it comes from a file, from standard \
            input or from the environment variable FIELDPOST_TOKEN. The daemon may run meanwhile, and takes up what \
            is written here by itself.

            \(ExitStatus.table)
            """)

    @Option(help: "Where central listens, as host:port. Default: the first address that the daemon dials.")
    var central: String?
    @Option(help: "The file that holds the token; - for standard input.") var tokenFile: String?
    @Option(help: "What people call this gateway. Default: as configured, else the host name.") var name: String?
    @Option(help: "The daemon's state directory. Default: as configured, else /var/lib/fieldpost.")
    var stateDirectory: String?
    @Option(name: .customLong("configuration"), help: "The file that the daemon reads.")
    var configurationFile: String?
    @Option(help: "Central's NodeID, where central dials this gateway: nothing is asked over the network.")
    var centralID: String?
    @Flag(help: "Do not wait for a person at central: say how it stands, and end.") var noWait = false
    @Flag(
        help: """
            Leave the central node that this gateway is enrolled with, for another one. The daemon notices within a \
            second or so.
            """) var replace = false
    @Flag(help: "Print a JSON object a line.") var json = false

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

    /// What central needs to know of this gateway goes there by `fieldpost gateways add`.
    private func name(_ text: String, _ pin: CentralPin) throws {
        guard let central = NodeID(hex: text) else {
            throw ValidationError("--central-id is a NodeID: 64 hexadecimal digits.")
        }
        guard replace || pin.read().map({ $0 == central }) ?? true else { throw Self.enrolledElsewhere }
        try pin.write(central)
        TTY.write(json ? "{\"central\":\"\(central)\"}\n" : "Only central \(central.short) is talked to now.\n")
    }

    private static let enrolledElsewhere = CommandFailure(
        .configuration,
        "This gateway is enrolled with another central node. Nothing was changed; --replace leaves that one.")

    /// Asks until a person has decided.
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
            throw ValidationError("--central is missing: where the central node listens, as host:port.")
        }
        guard let endpoint = Endpoint(text), endpoint.port > 0 else {
            throw ValidationError("\"\(text)\" is no host:port. Write it like central.example:7310.")
        }
        return endpoint
    }

    private func tell(_ answer: EnrollmentRequest.Answer) {
        TTY.write(json ? EnrollText.object(answer) : EnrollText.text(answer))
    }
}

/// Where an enrollment token comes from: never the command line.
struct EnrollmentTokenSource {
    /// "-": standard input; nil: the environment, or none.
    let file: String?
    var environment = ProcessInfo.processInfo.environment

    static let variable = "FIELDPOST_TOKEN"

    func read() throws(CommandFailure) -> EnrollmentToken? {
        guard let text = try text() else { return nil }
        guard let token = EnrollmentToken(text: text) else {
            throw CommandFailure(
                .configuration,
                "What was given is no enrollment token. `fieldpost token create` at central prints one: it starts with "
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
