import FieldpostCore
import FieldpostWire

/// A liar's end of a connection. It follows the protocol as far as it must to continue lying.
final class LiarSession: ConnectionEnd {
    unowned let world: World
    let liar: Liar
    let connection: Connection
    let side = Connection.Side.gateway
    private(set) var isOver = false
    private(set) var peerNode: NodeID?
    private var central: Hello?
    /// The last seq sent on each stream that central pulls.
    private var pulls: [UInt16: (origin: Origin, sent: UInt64)] = [:]
    private var isAsking = false

    init(world: World, liar: Liar, connection: Connection) {
        self.world = world
        self.liar = liar
        self.connection = connection
    }

    var node: SimulatedNode { liar.node }

    func open() async {
        let hello = await world.lyingHello(of: liar)
        world.note("\(node.name) says hello with \(hello.heads.count) heads, \(hello.receipts.count) receipts")
        send(.hello(hello))
        world.schedule(.lie(self), after: 1000)
    }

    func received(_ message: Message) {
        guard !isOver else { return }
        switch message {
        case .hello(let hello):
            central = hello
            peerNode = hello.node
        case .heads: readFeed()
        case .pull(let pull):
            pulls[pull.stream] = (pull.after.origin, pull.after.seq)
            serve()
        case .credit(let credit) where credit.bytes == 0: pulls[credit.stream] = nil
        case .feedBatch(let batch): take(batch)
        case .fetch(let fetch): world.schedule(.lyingAnswer(self, fetch), after: world.draw(1...50))
        case .fetched(let fetched):
            isAsking = false
            hear((fetched.body.flatMap { try? BatchCodec.expand($0) }) ?? [])
        case .ping(let ping): send(.pong(Pong(token: ping.token, clock: world.lyingClock(of: liar))))
        case .mark(let number): send(.reached(number))
        case .goodbye(let goodbye):
            world.note("\(node.name) gets a goodbye: \(goodbye.code ?? 0) \(goodbye.detail)")
            hangUp("got a goodbye")
        default: break
        }
    }

    func hangUp(_ reason: String) {
        guard !isOver else { return }
        isOver = true
        liar.session = nil
        world.endedLying(self)
    }

    func send(_ message: Message) {
        guard !isOver, world.send(message, from: self) else { return hangUp("central reads too slowly") }
    }

    /// The next lie that it tells by itself, about once a second.
    func tick() async {
        guard !isOver else { return }
        world.schedule(.lie(self), after: world.draw(500...2000))
        send(.ping(Ping(token: world.draw(0...9))))
        guard central != nil, let lie = liar.lies.randomElement(using: &world.random) else { return }
        world.count("lies: \(lie.rawValue)")
        switch lie {
        case .manyLocates: for _ in 0...3 { send(.locate(Locate(points: [liar.incarnations[0].head.atLeastOne]))) }
        case .nosyFetches where !isAsking:
            guard let dot = await world.dotOfVictim() else { return }
            isAsking = true
            send(.fetch(Fetch(range: .run(dot.origin, first: 1, last: max(dot.seq, 1)))))
        case .feedReceiptsAhead:
            guard let cursor = liar.cursor else { return }
            send(.feedReceipt(FeedCursor(incarnation: cursor.incarnation, position: cursor.position + 1000)))
        case .twoFaces: liar.incarnations[liar.incarnations.count - 1].forget(after: Int(world.draw(0...3)))
        case .falseEarly:
            guard !pulls.isEmpty, !world.isHealing || world.now < world.healedAt + 15_000 else { return }
            for _ in 0...world.draw(0...2) {
                if let entry = await world.forgeEarly(by: liar) { send(.early(entry)) }
            }
        default:
            // Nodes agree only after some time without writes.
            guard !world.isHealing || world.now < world.healedAt + 15_000 else { return }
            await world.forge(lie, by: liar)
            serve()
        }
    }

    private func readFeed() {
        guard let central else { return }
        var after = liar.cursor ?? FeedCursor(incarnation: central.incarnation, position: 0)
        var seen: KnownEntry?
        if liar.tells(.falseFeed) {
            world.count("lies: falseFeed")
            switch world.draw(0...2) {
            case 0: after.incarnation = world.identifier()
            case 1: after.position += world.draw(1...1000)
            default:
                let origin = Origin(node: central.node, incarnation: after.incarnation)
                seen = KnownEntry(dot: Dot(origin, world.draw(1...5)), hash: Hash256(hashing: [1]))
            }
        }
        send(.feedPull(FeedPull(stream: 1, after: after, creditBytes: UInt32(Limits.pullCreditBytes), seen: seen)))
    }

    private func take(_ batch: FeedBatch) {
        hear(batch.body.flatMap { try? BatchCodec.expand($0) } ?? [])
        liar.cursor = batch.upTo
        send(.feedReceipt(batch.upTo))
        send(.credit(Credit(stream: batch.stream, bytes: UInt32(batch.creditBytes))))
    }

    private func hear(_ entries: [PackedEntry]) {
        for case .bytes(let bytes) in entries {
            guard let dot = EntryCodec().dot(of: bytes), let entry = EntryCodec().open(bytes, at: dot).entry else {
                continue
            }
            liar.heard[dot] = entry
        }
    }

    private func serve() {
        for (stream, pull) in pulls.sorted(by: { $0.key < $1.key }) {
            guard let history = liar.incarnations.first(where: { $0.origin == pull.origin }),
                pull.sent < UInt64(history.entries.count)
            else { continue }
            let entries = history.entries[Int(pull.sent)...].prefix(16)
            let last = pull.sent + UInt64(entries.count)
            pulls[stream]?.sent = last
            send(
                .batch(
                    Batch(
                        stream: stream, origin: history.origin, firstSeq: pull.sent + 1, lastSeq: last,
                        chainBefore: history.chains[Int(pull.sent)], body: BatchCodec.compress(Array(entries)))))
        }
    }
}

extension Head {
    /// A point of a `locate` must have a seq of at least 1.
    fileprivate var atLeastOne: Head { Head(origin: origin, seq: max(seq, 1), chain: chain) }
}
