import ArgumentParser
import FieldpostClient
import FieldpostNode

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
        let text = Version.text
        let object = JSONValue.object(["version": .text(text), "wire": .integer(Int64(Version.wire))])
        TTY.write(
            json ? try object.encoded() + "\n" : "fieldpost \(text) (wire protocol \(Version.wire))\n")
    }
}
