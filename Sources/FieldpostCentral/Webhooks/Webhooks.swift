import FieldpostAPI
import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import FieldpostStore
import FieldpostSync
import Logging

/// Sends the changes of this node to the systems of departments. The journal is the queue: each webhook has its place
/// in the changes, and moves it only when a delivery was taken. So what fails is repeated, in order, and nothing is
/// left out; after a crash, a delivery may come twice.
actor Webhooks {
    private let journal: any Store
    private let clock: HostClock
    private let logger: Logger
    private let file: WebhookFile
    /// By name.
    private var hooks: [String: Webhook] = [:]
    /// Why the file could not be read. Then there are no webhooks, and it is not written.
    private let damage: WebhookFileError?
    private var hasChanged = false
    private var client: WebhookClient?
    private var serving: [String: Task<Void, Never>] = [:]

    init(_ parts: NodeParts) {
        (journal, clock, logger) = (parts.journal, parts.clock, parts.logger)
        file = WebhookFile(stateDirectory: parts.settings.stateDirectory)
        do throws(WebhookFileError) {
            hooks = Dictionary(try file.load().map { ($0.name, $0) }) { first, _ in first }
            damage = nil
        } catch {
            damage = error
            parts.logger.error("\(error)")
        }
    }

    private var now: Int64 { clock.moment().wallMilliseconds }

    // MARK: Running

    /// Delivers until it is cancelled.
    func run() async {
        let client = WebhookClient()
        self.client = client
        for name in hooks.keys { serve(name) }
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(Limits.webhookSaveMilliseconds))
            saveOrWarn()
        }
        for task in serving.values { task.cancel() }
        for task in serving.values { await task.value }
        self.client = nil
        saveOrWarn()
        await client.close()
    }

    private func serve(_ name: String) {
        serving[name]?.cancel()
        serving[name] = nil
        guard client != nil, hooks[name]?.isPaused == false else { return }
        serving[name] = Task { [weak self] in
            while !Task.isCancelled, let pause = await self?.turn(name) { try? await Task.sleep(for: pause) }
        }
    }

    /// Delivers if something waits. Returns how long to rest; nil if this webhook is served no more.
    private func turn(_ name: String) async -> Duration? {
        guard let hook = hooks[name], !hook.isPaused, !Task.isCancelled else { return nil }
        let look = Duration.milliseconds(Limits.changeLookMilliseconds)
        // What is further away than any wait was written before the clock was set back, and is due.
        if let next = hook.nextAttempt, case let left = next.saturatingSubtract(now),
            (1...Limits.webhookRetryMostMilliseconds).contains(left)
        {
            return .milliseconds(min(left, 1_000))
        }
        do {
            var reader = try ChangeReader(
                filter: hook.filter, cursor: hook.cursor, most: Limits.webhookChanges, in: journal)
            guard reader.hasMore else { return look }
            try await Task.sleep(for: .milliseconds(Limits.webhookGatherMilliseconds))
            let delivery = Delivery(try await reader.next(), of: hook, end: reader.cursor, node: journal.origin.node)
            if delivery.changes > 0 {
                await attempt(delivery, of: hook)
            } else if !Task.isCancelled, isSame(hook) {
                hooks[name]?.cursor = delivery.cursor
                hasChanged = true
            }
            return .zero
        } catch let problem as Problem {
            guard !Task.isCancelled, isSame(hook) else { return nil }
            hooks[name]?.problem = "its filter is none for this program: \(problem.detail)"
            hooks[name]?.failingSince = hook.failingSince ?? now
            return .seconds(60)
        } catch {
            // The journal is closing, or has failed, which its own alarm says.
            return .seconds(1)
        }
    }

    /// Whether the webhook is as it was when a delivery began.
    private func isSame(_ hook: Webhook) -> Bool {
        guard let now = hooks[hook.name] else { return false }
        return now.secret == hook.secret && now.cursor == hook.cursor && now.url == hook.url
            && now.filter == hook.filter
    }

    private func attempt(_ delivery: Delivery, of hook: Webhook) async {
        guard let client else { return }
        let (entry, outcome) = await Self.send(delivery, of: hook, by: client, at: now)
        guard !Task.isCancelled, isSame(hook) else { return }
        var hook = hooks[hook.name] ?? hook
        hook.add(entry)
        if let problem = outcome.problem {
            hook.failures += 1
            hook.failingSince = hook.failingSince ?? now
            hook.problem = problem
            let wait = max(Webhook.wait(afterFailures: hook.failures), outcome.wait ?? 0)
            hook.nextAttempt = now + min(wait, Limits.webhookRetryMostMilliseconds)
            // RFC 9110, 15.5.11: it will not come back.
            if outcome.status == 410 { hook.isPaused = true }
            if hook.failures == 1 || hook.isPaused {
                logger.warning("a webhook fails", metadata: ["name": "\(hook.name)", "problem": "\(problem)"])
            }
        } else {
            if hook.failures > 0 { logger.notice("a webhook works again", metadata: ["name": "\(hook.name)"]) }
            hook.cursor = delivery.cursor
            hook.tryAgain()
            hook.lastSuccess = now
        }
        hooks[hook.name] = hook
        hasChanged = true
    }

    private static func send(
        _ delivery: Delivery, of hook: Webhook, by client: WebhookClient, at now: Int64
    ) async -> (DeliveryList.Delivery, WebhookClient.Outcome) {
        let seconds = now / 1000
        let began = ContinuousClock.now
        let outcome = await client.post(
            delivery.body, to: hook.url,
            headers: [
                ("content-type", "application/json"), ("user-agent", "fieldpost"), ("webhook-id", delivery.id),
                ("webhook-timestamp", "\(seconds)"),
                ("webhook-signature", hook.signature(id: delivery.id, seconds: seconds, body: delivery.body)),
            ])
        let entry = DeliveryList.Delivery(
            id: delivery.id, at: Timestamp.text(now) ?? "",
            milliseconds: Int((ContinuousClock.now - began) / .milliseconds(1)), changes: delivery.changes,
            bytes: delivery.body.count, attempt: hook.failures + 1, status: outcome.status, problem: outcome.problem)
        return (entry, outcome)
    }

    // MARK: Administration

    func list() -> WebhookList { WebhookList(webhooks: hooks.values.sorted { $0.name < $1.name }.map(state)) }

    func deliveries(of name: String) throws -> DeliveryList { DeliveryList(deliveries: try hook(name).log.reversed()) }

    /// Begins with what changes from now on.
    func add(name: String, url: String, filter: String) throws -> NewWebhook {
        if let damage { throw Problem(.busy, "\(damage)") }
        guard hooks[name] == nil else {
            throw Problem(
                .nameTaken, "There is a webhook \(name) already. Nothing was changed. Take another name, or change it.")
        }
        guard hooks.count < Limits.webhooks else {
            throw Problem(
                .tooManySettings,
                "Central has \(Limits.webhooks) webhooks already. Nothing was changed. Remove one, or let one system "
                    + "pass changes on.")
        }
        let reader = try ChangeReader(filter: filter, cursor: nil, most: 1, in: journal)
        let hook = Webhook(
            name: name, url: url, filter: filter,
            secret: (0..<32).map { _ in UInt8.random(in: .min ... .max) }, cursor: reader.cursor)
        try keep(hook)
        return NewWebhook(webhook: state(hook), secret: hook.secretText)
    }

    /// What changes is tried at once.
    func change(_ name: String, url: String?, filter: String?) throws -> WebhookState {
        var hook = try hook(name)
        if let filter { _ = try ChangeReader(filter: filter, cursor: nil, most: 1, in: journal) }
        (hook.url, hook.filter) = (url ?? hook.url, filter ?? hook.filter)
        hook.tryAgain()
        try keep(hook)
        return state(hook)
    }

    /// Paused, it keeps its place; what changes meanwhile is delivered when it is resumed.
    func set(_ name: String, isPaused: Bool) throws -> WebhookState {
        var hook = try hook(name)
        hook.isPaused = isPaused
        if !isPaused { hook.tryAgain() }
        try keep(hook)
        return state(hook)
    }

    func remove(_ name: String) throws {
        let former = try hook(name)
        hooks[name] = nil
        hasChanged = true
        do {
            try save()
        } catch {
            hooks[name] = former
            throw error
        }
        serving.removeValue(forKey: name)?.cancel()
    }

    /// Sends a delivery without changes, whatever waits.
    func test(_ name: String) async throws -> DeliveryList.Delivery {
        let hook = try hook(name)
        guard let client else { throw Problem(.busy, "Central is starting or stopping. Try again in a few seconds.") }
        let delivery = Delivery([], of: hook, end: hook.cursor, node: journal.origin.node)
        let (entry, _) = await Self.send(delivery, of: hook, by: client, at: now)
        if hooks[name]?.secret == hook.secret { hooks[name]?.add(entry) }
        hasChanged = true
        return entry
    }

    /// One for each webhook that has failed for long or is paused by its receiver.
    func alarms() -> [String] {
        let failing = hooks.values.sorted { $0.name < $1.name }.compactMap { hook -> String? in
            guard let problem = hook.problem, let since = hook.failingSince else { return nil }
            let advice = "Its changes wait here, and nothing is lost. See `fieldpost webhooks deliveries \(hook.name)`"
            if hook.isPaused {
                return "The webhook \(hook.name) is paused, because \(problem). \(advice), and resume or remove it."
            }
            guard now - since > Limits.webhookAlarmMilliseconds else { return nil }
            return "The webhook \(hook.name) fails since \(Timestamp.text(since) ?? "?"): \(problem). \(advice)."
        }
        return (damage.map { ["\($0)"] } ?? []) + failing
    }

    private func hook(_ name: String) throws -> Webhook {
        if let hook = hooks[name] { return hook }
        throw Problem(
            .notFound, "There is no webhook of this name. Nothing was changed. `fieldpost webhooks` lists them.")
    }

    private func state(_ hook: Webhook) -> WebhookState {
        let reader = try? ChangeReader(filter: hook.filter, cursor: hook.cursor, most: 1, in: journal)
        return WebhookState(
            name: hook.name, url: hook.url, filter: hook.filter, paused: hook.isPaused,
            waiting: reader?.hasMore ?? false, failures: hook.failures,
            lastSuccess: hook.lastSuccess.flatMap { Timestamp.text($0) },
            nextAttempt: hook.nextAttempt.flatMap { Timestamp.text($0) }, problem: hook.problem)
    }

    /// Durable before the answer.
    private func keep(_ hook: Webhook) throws {
        let former = hooks[hook.name]
        hooks[hook.name] = hook
        hasChanged = true
        do {
            try save()
        } catch {
            hooks[hook.name] = former
            throw error
        }
        serve(hook.name)
    }

    private func save() throws {
        guard hasChanged, damage == nil else { return }
        try file.save(hooks.values.sorted { $0.name < $1.name })
        hasChanged = false
    }

    private func saveOrWarn() {
        do {
            try save()
        } catch {
            logger.warning("the places of webhooks were not written, and are tried again: \(error)")
        }
    }
}
