import ArgumentParser
import FieldpostClient
import FieldpostCore
import Foundation

struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Sends photos, clips or sounds to a node, and attaches them to a report.",
        discussion: ExitStatus.table)

    @Argument(help: "The report's id (a UUID).") var report: String
    @Argument(help: "The files.") var files: [String]
    @Option(help: "What they show: scene, close, far, before or after.") var role: AttachmentRole?
    @Option(
        help: """
            Another node, as http://host:port, with the token in the environment variable FIELDPOST_HTTP_TOKEN. \
            Default: the daemon on this machine, through its admin socket.
            """) var to: String?
    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        guard ReportID(text: report) != nil else {
            throw ValidationError(
                "\"\(report)\" is not a report id. Write it like 0190a3c4-5d6e-4f70-8192-a3b4c5d6e7f8.")
        }
        guard !files.isEmpty else { throw ValidationError("Name at least one file.") }
    }

    func run() async throws {
        guard let id = ReportID(text: report) else { return }
        let client = if let to { try FieldpostClient(at: to) } else { try daemon.client() }
        for path in files {
            guard let file = FileHandle(forReadingAtPath: path) else {
                throw CommandFailure(.inputOutput, "\(path.visibleLine) cannot be read. Earlier files are attached.")
            }
            defer { try? file.close() }
            do {
                let blob = try await client.upload(file)
                _ = try await client.attach(blob, to: id, role: role)
                TTY.write("\(blob.hex)  \(path.visibleLine)\n")
            } catch let error as ClientError {
                throw to == nil ? DaemonOptions.explained(error) : CommandFailure(error)
            }
        }
    }
}

extension AttachmentRole: ExpressibleByArgument {}
