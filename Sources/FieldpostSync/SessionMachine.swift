package import FieldpostCore

/// One session between a gateway and central: a value that takes events and fills in effects. It has no I/O, no clock
/// and no source of randomness.
///
/// Both sides send their hello at once. The roles decide who pulls, not who dialled.
package struct SessionMachine: Sendable {
    private enum Phase {
        case greeting
        case gateway(GatewaySide)
        case central(CentralSide)
        case closed
    }

    private let hello: Hello
    private let earlyDistance: UInt64
    private var phase = Phase.greeting
    private var liveness: Liveness
    private var statusPace = StatusPace()
    private var received = ByteRate()
    private var sent = ByteRate()
    /// What waits to be sent.
    private var lanes = LaneQueue()
    /// The boot of the peer's kernel, from its hello.
    private var peerBoot: BootID?

    /// `hello`: the hello that this side sends. `earlyDistance`: see `Limits.earlyDistance`. Only tests change it.
    package init(hello: Hello, openedAt now: Moment, earlyDistance: UInt64 = Limits.earlyDistance) {
        self.hello = hello
        self.earlyDistance = earlyDistance
        liveness = Liveness(openedAt: now)
    }

    package var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    /// A message waits to be sent. After a goodbye, only what goes before it is sent.
    package mutating func queue(_ message: Message) {
        if case .goodbye = message { lanes.dropLowerLanes() }
        lanes.add(message)
    }

    /// Messages that wait to be sent.
    package var queued: Int { lanes.count }

    /// See `LaneQueue.waiting`.
    package var waitingLanes: Set<Lane> { lanes.waiting }

    /// See `LaneQueue.next`.
    package mutating func next(at now: Moment, closed: Set<Lane>) -> Message? {
        let message = lanes.next(at: now, closed: closed)
        if case .blobChunk(let chunk) = message { sent.add(chunk.data.count, at: now.monotonicMilliseconds) }
        return message
    }

    /// Whether a blob is offered to the peer and has no receipt yet.
    package func isOffered(_ blob: Hash256) -> Bool {
        switch phase {
        case .gateway(let side): side.blobs.isOffered(blob)
        case .central(let side): side.blobs.isOffered(blob)
        case .greeting, .closed: false
        }
    }

    /// How many bytes of a blob have gone to the peer, or wait in the queue. Nil if it is not offered.
    package func sent(of blob: Hash256) -> UInt64? {
        switch phase {
        case .gateway(let side): side.blobs.sent(of: blob)
        case .central(let side): side.blobs.sent(of: blob)
        case .greeting, .closed: nil
        }
    }

    /// Whether chunks of a blob are awaited on a stream.
    package func isPulled(_ stream: UInt16) -> Bool {
        switch phase {
        case .gateway(let side): side.blobs.isPulled(stream)
        case .central(let side): side.blobs.isPulled(stream)
        case .greeting, .closed: false
        }
    }

    /// The photos and clips that are on their way.
    package func traffic(at now: Moment) -> BlobTraffic {
        var traffic =
            switch phase {
            case .gateway(let side): side.blobs.traffic
            case .central(let side): side.blobs.traffic
            case .greeting, .closed: BlobTraffic()
            }
        // Pieces that wait for the link have not crossed.
        traffic.sending.bytesDone -= min(traffic.sending.bytesDone, UInt64(lanes.bytes(of: .photos)))
        traffic.receiving.bytesPerSecond = received.perSecond(at: now.monotonicMilliseconds)
        traffic.sending.bytesPerSecond = sent.perSecond(at: now.monotonicMilliseconds)
        return traffic
    }

    /// See `LaneQueue.frameBytes`.
    package var frameBytes: Int { lanes.frameBytes }

    /// See `LaneQueue.readBytes`.
    package var readBytes: Int { lanes.readBytes }

    /// See `LaneQueue.bytesPerSecond`.
    package var bytesPerSecond: Int? { lanes.bytesPerSecond }

    /// At central: batches wait to be stored.
    package var isPulling: Bool {
        if case .central(let side) = phase { side.isPulling } else { false }
    }

    /// At central: the bytes of batches that this session may have on their way or waiting to be stored.
    package mutating func mayPull(_ bytes: Int) {
        guard case .central(var side) = phase else { return }
        phase = .closed  // so that the side is changed in place, not copied
        side.share = bytes
        phase = .central(side)
    }

    /// At a gateway: whether central should hear now how this node is. `key`: how it is now.
    package func isStatusDue(_ key: GatewayStatus.Key, at now: Moment) -> Bool {
        guard case .gateway(let side) = phase, side.isCompared else { return false }
        return statusPace.isDue(key, at: now.monotonicMilliseconds)
    }

    /// Milliseconds of the monotonic clock before which a tick does nothing. What happens meanwhile only moves it on.
    package var nextTick: UInt64 { liveness.nextTick }

    package mutating func handle(_ event: SessionEvent, at now: Moment, into effects: inout [SessionEffect]) {
        do throws(Violation) {
            switch event {
            case .opened: effects.append(.send(.hello(hello)))
            case .tick:
                try liveness.tick(at: now, into: &effects)
                try step(event, into: &effects)
            case .heard: liveness.heard(at: now)
            case .received(let message): try receive(message, at: now, into: &effects)
            case .statusMade(let status):
                statusPace.tell(status.key, at: now.monotonicMilliseconds)
                try step(event, into: &effects)
            default: try step(event, into: &effects)
            }
        } catch {
            fail(error, into: &effects)
        }
    }

    /// Call this when the shell met a violation while it performed an effect, or when the decoder found one.
    package mutating func fail(_ violation: Violation, into effects: inout [SessionEffect]) {
        guard !isClosed else { return }
        phase = .closed
        effects.append(.send(.goodbye(Goodbye(code: violation.code.rawValue, detail: violation.detail))))
        effects.append(.close(violation))
    }

    /// Call this when this node stops: sends a goodbye without a violation.
    package mutating func leave(_ reason: String, into effects: inout [SessionEffect]) {
        guard !isClosed else { return }
        phase = .closed
        effects.append(.send(.goodbye(Goodbye(code: nil, detail: reason))))
        effects.append(.close(nil))
    }

    private mutating func receive(
        _ message: Message, at now: Moment, into effects: inout [SessionEffect]
    ) throws(Violation) {
        guard !isClosed else { return }
        liveness.received(at: now)
        if case .blobChunk(let chunk) = message { received.add(chunk.data.count, at: now.monotonicMilliseconds) }
        switch message {
        case .goodbye:
            phase = .closed
            effects.append(.close(nil))
        case .hello(let peer):
            try greet(peer, at: now, into: &effects)
        case .ping(let ping):
            let reading = ClockReading(
                wallMilliseconds: now.wallMilliseconds, quality: hello.clock.quality,
                monotonicMilliseconds: now.monotonicMilliseconds)
            effects.append(.send(.pong(Pong(token: ping.token, clock: reading))))
        case .mark(let number): effects.append(.send(.reached(number)))
        case .reached(let number): try lanes.reached(number, at: now)
        case .pong(let pong):
            liveness.answered(
                pong, from: hello.role == .central ? peerBoot : nil, measuredIn: hello.boot, at: now, into: &effects)
        default:
            try step(.received(message), into: &effects)
        }
    }

    private mutating func greet(
        _ peer: Hello, at now: Moment, into effects: inout [SessionEffect]
    ) throws(Violation) {
        guard case .greeting = phase else { throw Violation(.unexpectedMessage, "a second hello") }
        guard peer.node != hello.node else { throw Violation(.wrongRole, "this is the same node \(peer.node.short)") }
        guard peer.role != hello.role else {
            throw Violation(.wrongRole, "both sides are \(peer.role == .central ? "central nodes" : "gateways")")
        }
        peerBoot = peer.boot
        effects.append(.greeted(peer))
        switch hello.role {
        case .gateway: phase = .gateway(GatewaySide(own: hello, central: peer, earlyDistance: earlyDistance))
        case .central: phase = .central(try CentralSide(own: hello, gateway: peer, into: &effects))
        }
        liveness.greeted(at: now, into: &effects)
    }

    private mutating func step(_ event: SessionEvent, into effects: inout [SessionEffect]) throws(Violation) {
        switch phase {
        case .greeting:
            if case .received = event { throw Violation(.unexpectedMessage, "a message before the hello") }
        case .gateway(var side):
            phase = .closed  // so that the side is changed in place, not copied
            defer { if case .closed = phase { phase = .gateway(side) } }
            try side.handle(event, into: &effects)
        case .central(var side):
            phase = .closed
            defer { if case .closed = phase { phase = .central(side) } }
            try side.handle(event, into: &effects)
        case .closed:
            break
        }
    }
}
