import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Tells screens which reports have changed, as server-sent events: at most two messages a second, which are made once
/// for all screens that may see the same. What changed, a screen reads from the lists and cases that it shows.
///
/// - Event `changes`: `{"reports": [{"id", "kinds"}]}`, or `{"many": true}` when more changed than a message names, and
///   when the screen missed some. `node`: something that concerns no report, for administrators.
/// - Event `open` comes first, with `{"cursor"}` of the change feed.
struct LiveAPI: Sendable {
    let node: any NodeService
    private let hub: LiveHub
    private let waits = RequestWaits(all: Limits.liveScreens, ofCaller: Limits.liveScreensOfCaller)

    init(node: any NodeService) {
        self.node = node
        hub = LiveHub(node: node)
    }

    var route: Route {
        Route(.get, "/v1/live", for: .read) { _, context in try await stream(context) }
    }

    private func stream(_ context: APIContext) async throws -> Response {
        guard waits.enter(context.caller) else { throw Problem.tooManyScreens }
        let place = WaitingPlace(waits, context.caller)
        let (id, messages) = await hub.join(context.caller)
        let leave = LeavingHub(hub, id)
        return Response(
            status: .ok, headers: [.contentType: ChangeRequest.eventStream, .cacheControl: "no-store"],
            body: ResponseBody { writer in
                defer { place.leave() }
                _ = leave
                var checked = ContinuousClock.now
                for await message in messages {
                    if Task.isCancelled || Task.isShuttingDownGracefully { break }
                    if message.readableBytes > 0 { try await writer.write(message) }
                    if ContinuousClock.now >= checked + .milliseconds(Limits.liveCheckMilliseconds) {
                        // With other rights, the screen connects again.
                        guard try await context.identify() == context.caller else { break }
                        checked = .now
                    }
                }
                try await writer.finish(nil)
            })
    }
}

/// Leaves when the answer is over, also if it was never written.
private final class LeavingHub: Sendable {
    private let hub: LiveHub
    private let id: UInt64

    init(_ hub: LiveHub, _ id: UInt64) { (self.hub, self.id) = (hub, id) }

    deinit { Task { [hub, id] in await hub.leave(id) } }
}

/// Follows the changes of the journal while anybody listens.
actor LiveHub {
    private struct Screen {
        let caller: Caller
        let messages: AsyncStream<ByteBuffer>.Continuation
        /// The last message did not fit, so the next one says that something was missed.
        var hasMissed = false
    }

    private let node: any NodeService
    private var screens: [UInt64: Screen] = [:]
    private var number: UInt64 = 0
    private var following: Task<Void, Never>?

    init(node: any NodeService) { self.node = node }

    func join(_ caller: Caller) -> (UInt64, AsyncStream<ByteBuffer>) {
        let (stream, messages) = AsyncStream<ByteBuffer>.makeStream(
            bufferingPolicy: .bufferingOldest(Limits.liveMessages))
        number += 1
        screens[number] = Screen(caller: caller, messages: messages)
        let cursor = ChangeCursor(node.journal.origin.incarnation, node.journal.changesEnd)
        messages.yield(ByteBuffer(string: "event: open\ndata: {\"cursor\":\"\(cursor.text)\"}\n\n"))
        if following == nil {
            // From where this screen begins, however late the task begins.
            following = Task { await follow(from: cursor) }
        }
        return (number, stream)
    }

    func leave(_ id: UInt64) {
        screens[id]?.messages.finish()
        screens[id] = nil
        guard screens.isEmpty else { return }
        following?.cancel()
        following = nil
    }

    private func follow(from start: ChangeCursor) async {
        var (incarnation, from) = (start.incarnation, start.position)
        var (quiet, checked) = (ContinuousClock.now, ContinuousClock.now)
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(Limits.liveMilliseconds))
            let now = ContinuousClock.now
            // Nothing is written for it, but each stream looks whether its login still counts.
            if now - checked >= .milliseconds(Limits.liveCheckMilliseconds) {
                for screen in screens.values { screen.messages.yield(ByteBuffer()) }
                checked = now
            }
            if node.journal.origin.incarnation != incarnation {
                incarnation = node.journal.origin.incarnation
                from = node.journal.changesEnd
                tellAll(Changed(isMany: true))
            } else if node.journal.changesEnd > from {
                let changed = await read(&from)
                tellAll(changed)
                quiet = now
            } else if now - quiet >= .seconds(Limits.changeStreamSeconds) {
                // So that both sides learn of a lost connection.
                for id in screens.keys { tell(id, ByteBuffer(string: ": quiet\n\n")) }
                quiet = now
            }
        }
    }

    /// What changed since a position.
    private struct Changed {
        struct One {
            var kinds: Set<ChangeKind> = []
            var grid: String?
        }

        var reports: [ReportID: One] = [:]
        var isOfNode = false
        /// More than a message names.
        var isMany = false
    }

    private func read(_ from: inout Int64) async -> Changed {
        var changed = Changed()
        var query = ChangeQuery()
        query.from = from
        query.includesNode = true
        guard let page = try? await node.journal.changes(query) else { return Changed(isMany: true) }
        // What is not told here: a report that was taken back, for example. Screens that show it read their lists anew.
        changed.isMany = page.next - from > page.changes.count
        from = page.next
        for change in page.changes {
            // Those who saw it in its former grid see it no more.
            if case .entry(let entry) = change.content, entry.depth > 1, entry.change.fields[.grid] != nil {
                changed.isMany = true
            }
            guard let report = change.report else {
                changed.isOfNode = true
                continue
            }
            changed.reports[report, default: .init()].kinds.formUnion(change.kinds)
        }
        // What is behind is told as a whole: screens read their lists anew.
        if !page.isEnd || changed.reports.count > Limits.liveReports {
            from = node.journal.changesEnd
            changed.isMany = true
        }
        for report in changed.reports.keys {
            changed.reports[report]?.grid = try? await node.journal.grid(of: report)
        }
        return changed
    }

    private func tellAll(_ changed: Changed) {
        // One message for all who may see the same.
        var made: [String: ByteBuffer?] = [:]
        for (id, screen) in screens {
            let isAdmin = screen.caller.grids == nil && screen.caller.may(.administer)
            let key = "\(isAdmin) \(screen.caller.grids?.sorted().joined(separator: "\n") ?? "*")"
            if made[key] == nil { made[key] = .some(message(changed, for: screen.caller, isAdmin: isAdmin)) }
            if let message = made[key] ?? nil { tell(id, message) }
        }
    }

    private func message(_ changed: Changed, for caller: Caller, isAdmin: Bool) -> ByteBuffer? {
        let seen = changed.reports.filter { caller.sees(grid: $0.value.grid) }
        let tellsNode = isAdmin && changed.isOfNode
        guard changed.isMany || !seen.isEmpty || tellsNode else { return nil }
        let message = LiveMessage(
            reports: changed.isMany
                ? nil
                : seen.map { id, one in
                    LiveMessage.Report(id: id.description, kinds: one.kinds.map(\.rawValue).sorted())
                }, many: changed.isMany ? true : nil, node: tellsNode ? true : nil)
        guard let json = try? JSONWriter.write(message) else { return nil }
        return ByteBuffer(bytes: Array("event: changes\ndata: ".utf8) + json + Array("\n\n".utf8))
    }

    private func tell(_ id: UInt64, _ message: ByteBuffer) {
        guard let screen = screens[id] else { return }
        // A screen that could not take everything reads its lists anew.
        let told = screen.hasMissed ? ByteBuffer(string: "event: changes\ndata: {\"many\":true}\n\n") : message
        if case .dropped = screen.messages.yield(told) {
            screens[id]?.hasMissed = true
        } else {
            screens[id]?.hasMissed = false
        }
    }
}

private struct LiveMessage: Encodable {
    struct Report: Encodable {
        let id: String
        let kinds: [String]
    }

    let reports: [Report]?
    let many: Bool?
    let node: Bool?
}

extension Problem {
    fileprivate static var tooManyScreens: Problem {
        Problem(
            .tooManyRequests, "Too many screens follow the changes here. Close one, or try again later.",
            headers: [HTTPField(name: .retryAfter, value: "10")])
    }
}
