import ArgumentParser
import FieldpostAPI
import FieldpostClient

struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks", abstract: "At central: sends changes to other systems as they happen.",
        discussion: """
            Each webhook gets all changes of reports, or those that its filter chooses, in order, as signed POST \
            requests with JSON. What a receiver does not take is sent again, after 5 seconds at first and an hour at \
            last, until it is taken. `Protocol/WEBHOOKS.md` says how a receiver checks a delivery.

            \(ExitStatus.table)
            """,
        subcommands: [
            List.self, Add.self, Change.self, Test.self, Deliveries.self, Pause.self, Resume.self, Remove.self,
        ],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the webhooks and how far they are, without their secrets.", discussion: ExitStatus.table)

        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in try await client.webhooks() }
            TTY.write(json ? answer.text.visibleJSON : WebhooksText.text(answer.value))
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a webhook, and prints its secret on standard output. The secret is shown only once.",
            discussion: """
                It gets what changes from now on. Example:

                  fieldpost webhooks add city https://city.example.cn/new --filter 'department=市政&kind=created,step'

                \(ExitStatus.table)
                """)

        @Argument(help: "A name of your choice: a–z, 0–9, `_` and `-`.") var name: String
        @Argument(help: "Where the requests go, such as https://city.example.cn/fieldpost.") var url: String
        @OptionGroup var target: Target
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            let client = try daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.addWebhook(name, url: url, filter: target.filter, allowsPlain: target.plain)
            }
            guard !json else { return TTY.write(answer.text.visibleJSON) }
            TTY.writeError(
                "The webhook \(name.visibleLine) gets what changes from now on. Give this secret to the receiver; try "
                    + "it by `fieldpost webhooks test \(name.visibleLine)`.\n")
            TTY.write(answer.value.secret + "\n")
        }
    }

    /// What `add` and `change` have in common.
    struct Target: ParsableArguments {
        @Option(
            help: """
                Which changes it gets, as the query of GET /v1/changes: kind, grid, category and department, such as \
                'kind=created,step&grid=BT-01'. Changes that concern no report come only if `kind` names them.
                """) var filter: String?
        @Flag(help: "Allow plain HTTP to another machine. Everybody on the way can read the reports.") var plain = false
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes where a webhook goes or what it gets. It goes on where it was.",
            discussion: ExitStatus.table)

        @Argument(help: "The name of the webhook.") var name: String
        @Option(help: "The new address.") var url: String?
        @OptionGroup var target: Target
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false

        func validate() throws {
            guard url != nil || target.filter != nil else {
                throw ValidationError("Nothing is to be changed. Give --url or --filter.")
            }
        }

        func run() async throws {
            let client = try daemon.client()
            try await WebhooksCommand.write(json) { () throws(ClientError) in
                try await client.changeWebhook(name, url: url, filter: target.filter, allowsPlain: target.plain)
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stops deliveries. What changes meanwhile waits.", discussion: ExitStatus.table)

        @OptionGroup var one: One

        func run() async throws {
            let client = try one.daemon.client()
            try await WebhooksCommand.write(one.json) { () throws(ClientError) in
                try await client.pauseWebhook(one.name)
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delivers again, at once, from where it stopped.", discussion: ExitStatus.table)

        @OptionGroup var one: One

        func run() async throws {
            let client = try one.daemon.client()
            try await WebhooksCommand.write(one.json) { () throws(ClientError) in
                try await client.resumeWebhook(one.name)
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes a webhook with its secret and its log.", discussion: ExitStatus.table)

        @Argument(help: "The name of the webhook.") var name: String
        @OptionGroup var daemon: DaemonOptions

        func run() async throws {
            let client = try daemon.client()
            try await DaemonOptions.explaining { () throws(ClientError) in try await client.removeWebhook(name) }
            TTY.write("The webhook \(name.visibleLine) is removed.\n")
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends one delivery without changes, and shows how it went.", discussion: ExitStatus.table)

        @OptionGroup var one: One

        func run() async throws {
            let client = try one.daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.testWebhook(one.name)
            }
            TTY.write(one.json ? answer.text.visibleJSON : WebhooksText.line(answer.value))
            if answer.value.problem != nil { throw ExitCode(1) }
        }
    }

    struct Deliveries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the last attempts, newest first.", discussion: ExitStatus.table)

        @OptionGroup var one: One

        func run() async throws {
            let client = try one.daemon.client()
            let answer = try await DaemonOptions.explaining { () throws(ClientError) in
                try await client.deliveries(of: one.name)
            }
            TTY.write(one.json ? answer.text.visibleJSON : WebhooksText.text(answer.value))
        }
    }

    struct One: ParsableArguments {
        @Argument(help: "The name of the webhook.") var name: String
        @OptionGroup var daemon: DaemonOptions
        @Flag(help: "Print a JSON object.") var json = false
    }

    private static func write(
        _ json: Bool, _ ask: @escaping () async throws(ClientError) -> FieldpostClient.Answered<WebhookState>
    ) async throws {
        let answer = try await DaemonOptions.explaining(ask)
        TTY.write(json ? answer.text.visibleJSON : WebhooksText.text(WebhookList(webhooks: [answer.value])))
    }
}

/// Webhooks and their deliveries for people.
enum WebhooksText {
    static func text(_ list: WebhookList) -> String {
        guard !list.webhooks.isEmpty else { return "There are no webhooks. `fieldpost webhooks add` makes one.\n" }
        return list.webhooks.map { hook in
            var lines = ["\(hook.name.visibleLine)  \(hook.url.visibleLine)"]
            lines.append("  gets \(hook.filter.isEmpty ? "all changes of reports" : hook.filter.visibleLine)")
            lines.append("  \(state(hook))")
            if let problem = hook.problem {
                let times = hook.failures > 1 ? " (\(hook.failures) attempts)" : ""
                let next = hook.paused ? "" : hook.nextAttempt.map { ", next attempt at \($0)" } ?? ""
                lines.append("  failed: \(problem.visibleLine)\(times)\(next)")
            }
            return lines.joined(separator: "\n") + "\n"
        }.joined()
    }

    private static func state(_ hook: WebhookState) -> String {
        let last = hook.lastSuccess.map { "last delivery at \($0)" } ?? "no delivery yet"
        let waiting = hook.waiting ? "changes wait" : "nothing waits"
        return "\(hook.paused ? "paused, " : "")\(waiting), \(last)"
    }

    static func text(_ list: DeliveryList) -> String {
        list.deliveries.isEmpty ? "There was no attempt yet.\n" : list.deliveries.map(line).joined()
    }

    static func line(_ delivery: DeliveryList.Delivery) -> String {
        let what = delivery.changes == 0 ? "test" : "\(delivery.changes) changes, \(delivery.bytes) bytes"
        let result = delivery.problem.map { "failed: \($0.visibleLine)" } ?? "taken"
        return "\(delivery.at)  \(what), attempt \(delivery.attempt), \(delivery.milliseconds) ms: \(result)\n"
    }
}
