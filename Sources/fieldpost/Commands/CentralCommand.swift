import ArgumentParser
import FieldpostCore

struct CentralCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "central",
        abstract: "Runs the central node in the foreground: pulls reports from every gateway, and sends edits back.",
        discussion: NodeCommandHelp.text)

    @OptionGroup var options: NodeOptions

    func run() async throws {
        try await options.runner(.central).run()
    }
}
