import ArgumentParser
import FieldpostAPI
import FieldpostClient
import FieldpostCore
import Foundation

struct SettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "At central: shows and changes what holds for all nodes. Changes travel to every gateway.",
        discussion: ExitStatus.table, subcommands: [List.self, Show.self, Set.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the settings with their versions.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.settings() }
            TTY.write(json ? answer.text.visibleJSON : SettingsCommand.text(answer.value))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the text of a setting.", discussion: ExitStatus.table)

        @Argument(help: "The name, such as calendar.") var name: String
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object, which also names the version.") var json = false
        @Flag(help: "Print the text that holds while nobody has made the setting: a text to begin with.")
        var builtIn = false

        func validate() throws {
            try SettingsCommand.check(name)
            if builtIn, CentralSetting.builtIn(name) == nil {
                throw ValidationError("No setting \(name) is built in. These are: calendar, catalogue.")
            }
        }

        func run() async throws {
            if builtIn, let text = CentralSetting.builtIn(name) { return TTY.write(text) }
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.setting(name)
            }
            // Tabs stay: the text can be edited and set again.
            let cells = (answer.value.text ?? "").split(separator: "\t", omittingEmptySubsequences: false)
            TTY.write(
                json ? answer.text.visibleJSON : cells.map { String($0).visibleLines }.joined(separator: "\t"))
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes the text of a file the new version of a setting.",
            discussion: "The audit log says who did it. At most \(Limits.settingBytes) bytes.\n\n" + ExitStatus.table)

        @Argument(help: "The name, such as calendar.") var name: String
        @Option(help: "The file with the text, in UTF-8.") var file: String
        @Option(
            help: """
                The version that you changed, as `settings show --json` names it. If another one is in force by now, \
                nothing is changed. Default: the one in force.
                """) var replaces: String?
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func validate() throws { try SettingsCommand.check(name) }

        func run() async throws {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw ValidationError("\(file) cannot be read as a text in UTF-8. Nothing was changed.")
            }
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                var known = replaces
                if known == nil {
                    known = try await client.settings().value.settings.first { $0.name == name }?.version
                }
                return try await client.set(name, to: text, replacing: known)
            }
            TTY.write(
                json
                    ? answer.text.visibleJSON
                    : "\(answer.value.name) is version \(answer.value.number) now: \(answer.value.bytes) bytes.\n")
        }
    }

    private static func check(_ name: String) throws {
        guard !CentralSetting.isName(name) else { return }
        throw ValidationError("The name of a setting has 1 to 64 characters of a–z, 0–9, _ and -.")
    }

    /// For people.
    static func text(_ list: SettingList) -> String {
        guard !list.settings.isEmpty else { return "No setting was made at this central node.\n" }
        return list.settings.map { setting in
            "\(setting.name)  version \(setting.number)  \(setting.bytes) bytes  "
                + "\(setting.at?.visibleLine ?? "at an unknown time")  \(setting.author.visibleLine)\n"
        }.joined()
    }
}
