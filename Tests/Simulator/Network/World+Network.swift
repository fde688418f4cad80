import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostSync
import FieldpostWire

/// The network between gateways and central.
extension World {
    /// A gateway dials central. When that fails, it waits and dials again, like `Dialer`.
    func dial(_ node: SimulatedNode) async {
        node.isDialing = false
        guard node.isRunning, !node.isRetired, node.sessions.isEmpty else { return }
        let central = nodes[0]
        guard node.isLinkUp, let journal = node.journal, let centralJournal = central.journal,
            let own = try? await node.hello(to: nodes[0].id, at: now),
            let other = try? await central.hello(to: nodes[0].id, at: now),
            let enrollment = try? await centralJournal.enrollment(of: node.id), enrollment.state == .enrolled
        else { return redial(node, after: 500) }
        let connection = Connection(gateway: node)
        let gatewaySession = SimulatedSession(
            world: self, node: node, connection: connection, side: .gateway, hello: own, journal: journal)
        let centralSession = SimulatedSession(
            world: self, node: central, connection: connection, side: .central, hello: other,
            journal: centralJournal, enrollment: enrollment)
        connections.append(connection)
        connection[.gateway] = gatewaySession
        connection[.central] = centralSession
        node.sessions.append(gatewaySession)
        central.sessions.append(centralSession)
        note("\(node.name) is connected, as \(own.incarnation.description.prefix(8))")
        gatewaySession.open()
        centralSession.open()
    }

    func redial(_ node: SimulatedNode, after wait: UInt64 = 0) {
        guard node.isRunning, !node.isRetired, !node.isCentral, !node.isDialing else { return }
        node.isDialing = true
        schedule(.dial(node), after: wait + node.backoff.next(random: random.next()))
    }

    /// Only the newest session with a peer is kept.
    func connected(_ session: SimulatedSession, to peer: Hello) {
        for other in session.node.sessions where other !== session && other.peer?.node == peer.node && !other.isOver {
            other.leave("a newer session with this node began")
        }
        schedule(.grew(session), after: 0)
    }

    func ended(_ session: SimulatedSession) {
        session.node.sessions.removeAll { $0 === session }
        push(.end, from: session, bytes: 16)
        if session.side == .gateway { redial(session.node) }
    }

    /// False when too much is already waiting.
    func send(_ message: Message, from session: any ConnectionEnd) -> Bool {
        if liar(session.node.id) == nil {
            oracle.watch(message, from: session.node, to: session.peerNode, in: self)
        }
        watchPhotos(message, from: session.node)
        let connection = session.connection
        let direction = connection.directions[session.side.other.rawValue]
        guard direction.parcels.count < Limits.outboxMessages else { return false }
        if plan.encodesMessages {
            let frame = MessageEncoder.encode(message)
            push(.frame(frame), from: session, bytes: frame.count)
        } else {
            push(.message(message), from: session, bytes: 64 + message.dataBytes)
        }
        return true
    }

    func push(_ parcel: Connection.Parcel, from session: any ConnectionEnd, bytes: Int) {
        let connection = session.connection
        let side = session.side.other
        guard !connection.isBroken, !connection.isHalfOpen, !connection.directions[side.rawValue].hasEnded else {
            return
        }
        let link = connection.gateway
        let transfer = link.bandwidth == 0 ? 0 : UInt64(bytes) * 1000 / link.bandwidth
        let last = connection.directions[side.rawValue].lastArrival
        let arrival = max(last, now + link.latency + draw(0...link.latency / 4 + 1)) + transfer
        connection.directions[side.rawValue].parcels.append(parcel)
        connection.directions[side.rawValue].lastArrival = arrival
        if case .end = parcel { connection.directions[side.rawValue].hasEnded = true }
        schedule(.deliver(connection, to: side), after: arrival - now)
    }

    func deliver(_ connection: Connection, to side: Connection.Side) {
        guard !connection.directions[side.rawValue].parcels.isEmpty else { return }
        let parcel = connection.directions[side.rawValue].parcels.removeFirst()
        guard !connection.isBroken, !connection.isHalfOpen, let session = connection[side], !session.isOver else {
            return
        }
        switch parcel {
        case .end: session.hangUp("the peer closed the connection")
        case .message(let message): session.received(forging(message, for: session))
        case .frame(let bytes):
            do throws(Violation) {
                connection.directions[side.rawValue].decoder.append(bytes)
                while let message = try connection.directions[side.rawValue].decoder.next() {
                    session.received(forging(message, for: session))
                }
            } catch {
                fail(.syncGoesOn, "a message to \(session.node.name) cannot be decoded: \(error)")
            }
        }
    }

    private func forging(_ message: Message, for session: any ConnectionEnd) -> Message {
        guard session.side == .gateway, session.node.forgeries > 0, case .receipt(var receipt) = message else {
            return message
        }
        session.node.forgeries -= 1
        receipt.head.chain = Chain.link(receipt.head.chain, receipt.head.chain)
        session.node.forged.insert(receipt.head)
        note("a receipt for \(session.node.name) is falsified in transit")
        return .receipt(receipt)
    }

    /// Breaks the connections of a gateway. Both ends learn of it sooner or later, or never.
    func cut(_ node: SimulatedNode, tellingPeers: Bool = true) {
        for session in node.sessions {
            let connection = session.connection
            if tellingPeers { connection.isBroken = true } else { connection.isHalfOpen = true }
            guard tellingPeers else { continue }
            for side in [Connection.Side.gateway, .central] {
                guard let end = connection[side] else { continue }
                schedule(.broken(end, reason: "the connection failed"), after: draw(0...2000))
            }
        }
    }
}

extension Message {
    /// The bytes of the entries in it.
    fileprivate var dataBytes: Int {
        switch self {
        case .batch(let batch): batch.body.data.count
        case .feedBatch(let batch): batch.creditBytes
        case .fetched(let fetched): fetched.body?.data.count ?? 0
        case .early(let entry): entry.bytes.count
        case .blobChunk(let chunk): chunk.data.count
        default: 0
        }
    }
}
