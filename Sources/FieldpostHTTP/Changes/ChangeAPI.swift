import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// What happened at this node, in order. The same at a gateway and at central.
struct ChangeAPI: Sendable {
    let node: any NodeService
    private let waits = RequestWaits(all: Limits.waitingChanges, ofCaller: Limits.waitingChangesOfCaller)

    init(node: any NodeService) { self.node = node }

    var routes: [Route] {
        [
            Route(.get, "/v1/changes", for: .read, takesQuery: true) { request, context in
                try await changes(request, context)
            }
        ]
    }

    /// `GET /v1/changes`
    private func changes(_ request: Request, _ context: APIContext) async throws -> Response {
        let asked = try ChangeRequest(request)
        if asked.isStream { return try stream(asked, context) }
        var feed = ChangeFeed(asked, for: context.caller, in: node.journal)
        var (lines, isEnd) = try await feed.next()
        var headers: HTTPFields = [.contentType: ReportStream.mediaType]
        if lines.isEmpty, isEnd, let seconds = Preference.wait(request.headers) {
            guard waits.enter(context.caller) else { throw Problem.tooManyReaders }
            defer { waits.leave(context.caller) }
            let end = ContinuousClock.now + .seconds(seconds)
            while lines.isEmpty, ContinuousClock.now < end, await wait(for: feed, until: end) {
                (lines, isEnd) = try await feed.next()
            }
            headers[.preferenceApplied] = "wait=\(seconds)"
            // The access may have been revoked meanwhile.
            let caller = try await context.identify()
            guard caller.may(.read), caller == context.caller else { throw IntakeRefusal.lacks(.read, caller) }
        }
        lines.append(ChangeLine(.cursor(isEnd: isEnd), feed.cursor))
        var body: [UInt8] = []
        for line in lines { body += try JSONWriter.write(line) + [UInt8(ascii: "\n")] }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// Server-sent events (WHATWG HTML, 9.2), until the client leaves, its access ends or this node stops. A slow
    /// client holds one page here, and the next one is read when it has taken that.
    private func stream(_ asked: ChangeRequest, _ context: APIContext) throws -> Response {
        guard waits.enter(context.caller) else { throw Problem.tooManyReaders }
        let place = WaitingPlace(waits, context.caller)
        let feed = ChangeFeed(asked, for: context.caller, in: node.journal)
        return Response(
            status: .ok, headers: [.contentType: ChangeRequest.eventStream, .cacheControl: "no-store"],
            body: ResponseBody { writer in
                defer { place.leave() }
                var feed = feed
                var checked = ContinuousClock.now
                var isAllowed = true
                repeat {
                    let (lines, _) = try await feed.next()
                    var bytes: [UInt8] = []
                    for line in lines { bytes += try Self.event(line) }
                    // Without data, it is no event, and moves the place from which the client goes on.
                    bytes += "id: \(feed.cursor.text)\n\n".utf8
                    try await writer.write(ByteBuffer(bytes: bytes))
                    let check = checked + .seconds(Limits.changeStreamSeconds)
                    _ = await wait(for: feed, until: check)
                    if ContinuousClock.now >= check {
                        // With other rights, the client connects again.
                        isAllowed = try await context.identify() == context.caller
                        checked = .now
                    }
                } while isAllowed && !Task.isCancelled && !Task.isShuttingDownGracefully
                try await writer.finish(nil)
            })
    }

    private static func event(_ line: ChangeLine) throws -> [UInt8] {
        try Array("id: \(line.cursor.text)\nevent: \(line.type)\ndata: ".utf8) + JSONWriter.write(line)
            + Array("\n\n".utf8)
    }

    /// Returns true when there may be something new, and false when the time is over or this node stops.
    private func wait(for feed: ChangeFeed, until end: ContinuousClock.Instant) async -> Bool {
        while !feed.hasMore {
            guard ContinuousClock.now < end, !Task.isCancelled, !Task.isShuttingDownGracefully else { return false }
            let pause = ContinuousClock.now + .milliseconds(Limits.changeLookMilliseconds)
            try? await Task.sleep(until: min(pause, end))
        }
        return true
    }
}

/// A place among the requests that wait, which is left once: also when the answer is never written.
final class WaitingPlace: Sendable {
    private let waits: RequestWaits
    private let caller: Caller
    private let hasLeft = Turns(1)

    init(_ waits: RequestWaits, _ caller: Caller) { (self.waits, self.caller) = (waits, caller) }

    func leave() { if hasLeft.enter() { waits.leave(caller) } }

    deinit { leave() }
}

extension Problem {
    fileprivate static var tooManyReaders: Problem {
        Problem(
            .tooManyRequests,
            "Too many requests follow the changes here. Nothing was changed. Ask without waiting, or again when one of "
                + "them has ended.", headers: [HTTPField(name: .retryAfter, value: "5")])
    }
}
