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
    @OptionGroup var node: NodeToAsk

    func validate() throws {
        _ = try ReportArgument.id(report)
        guard !files.isEmpty else { throw ValidationError("Name at least one file.") }
    }

    func run() async throws {
        let id = try ReportArgument.id(report)
        let client = try node.client()
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
                throw node.explained(error)
            }
        }
    }
}

extension AttachmentRole: ExpressibleByArgument {}
