import ArgumentParser
import FieldpostAPI
import FieldpostClient
import FieldpostCore
import Foundation

struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Lists entries that are kept but cannot be merged, shows one, and tries to read them again.",
        discussion: "They are never deleted, and no other entry waits for them. A newer version may be able to read "
            + "them.\n\n" + ExitStatus.table,
        subcommands: [List.self, Show.self, Replay.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists them with the reasons, without their content.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "The same as `quarantine replay --all`.") var replay = false
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            if replay { return try await Replay.replay(nil, client, json: json) }
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.quarantine() }
            TTY.write(
                json
                    ? String(decoding: answer.text, as: UTF8.self).visibleJSON + "\n"
                    : QuarantineText.text(answer.list))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows why an entry is not merged, what can be done, and its first bytes.",
            discussion: """
                The bytes may contain what a report says.

                EXAMPLE
                  fieldpost quarantine show DOT       # as `fieldpost quarantine` lists it

                \(ExitStatus.table)
                """)

        @Argument(help: "The dot of the entry: NODE/INCARNATION:SEQ.") var dot: String
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func validate() throws { try DotArgument.check(dot) }

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.quarantined(dot)
            }
            TTY.write(json ? answer.text.visibleJSON : QuarantineText.text(answer.value))
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tries to read quarantined entries again, and merges those that can be read now.",
            discussion: """
                After an upgrade, for example. Corrupt entries come again from a peer by themselves. Entries beyond \
                the share of their author are never merged. Both stay as they are.

                EXAMPLE
                  fieldpost quarantine replay --all

                \(ExitStatus.table)
                """)

        @Argument(help: "The dot of one entry: NODE/INCARNATION:SEQ. Default: all.") var dot: String?
        @Flag(help: "All of them, which is the default.") var all = false
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func validate() throws {
            guard let dot else { return }
            guard !all else { throw ValidationError("Give a dot or --all, not both.") }
            try DotArgument.check(dot)
        }

        func run() async throws { try await Self.replay(dot, try daemon.client(), json: json) }

        /// Throws `CommandFailure` if the one entry that was asked for stays.
        static func replay(_ dot: String?, _ client: FieldpostClient, json: Bool) async throws {
            let result = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.replayQuarantine(dot)
            }
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                TTY.write(String(decoding: try encoder.encode(result), as: UTF8.self).visibleJSON + "\n")
            } else if dot == nil || result.merged > 0 {
                TTY.write(QuarantineText.text(result))
            }
            if let dot, result.merged == 0 {
                let reason = result.kept?.keys.first.map { "It stays in quarantine: \($0)." }
                throw CommandFailure(
                    .incomplete,
                    "\(dot) was not merged, and nothing was changed. "
                        + (reason ?? "No entry in quarantine has this dot."))
            }
        }
    }
}

/// The dot of an entry on the command line.
private enum DotArgument {
    static func check(_ text: String) throws {
        guard Dot.seq(in: text) != nil else {
            throw ValidationError("\"\(text)\" is no dot. Copy one from `fieldpost quarantine`.")
        }
    }
}
