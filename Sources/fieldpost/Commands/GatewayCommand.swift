import ArgumentParser
import FieldpostCore

struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Runs a gateway in the foreground: accepts reports, and keeps them until central holds them.",
        discussion: NodeCommandHelp.text)

    @OptionGroup var options: NodeOptions

    func run() async throws {
        try await options.runner(.gateway).run()
    }
}
