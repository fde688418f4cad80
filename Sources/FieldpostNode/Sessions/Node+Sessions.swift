import FieldpostCore
import FieldpostStore
import FieldpostTransport
import FieldpostWire
import Logging
import Synchronization

extension Node {
    /// Identifies the peer, and runs a session with it if that is allowed. Returns its hello, and why the session
    /// ended. The reason is nil if nothing was wrong.
    func converse(
        _ channel: PeerChannel, onReceipt: @escaping @Sendable () async -> Void
    ) async -> (Hello?, String?) {
        guard !isStopping.withLock({ $0 }) else {
            await channel.abandon()
            return (nil, nil)
        }
        let address = channel.address
        let peer: PeerIdentity?
        do throws(HandshakeError) {
            peer = try await channel.identify()
        } catch {
            return (nil, await giveUp(channel, error, address))
        }
        var known = SessionPeer(node: peer?.node)
        if let peer {
            guard peer.purpose == .session else { return (nil, await enroll(peer, channel, address)) }
            do throws(Violation) {
                known.enrollment = try await role.admit(peer)
            } catch {
                return (nil, await refuse(channel, error, address))
            }
        }
        guard channel.welcome() else {
            let violation = Violation(
                .limitExceeded, "this node holds \(sessionLimit) sessions, which is its limit; try again later")
            return (nil, await refuse(channel, violation, address))
        }
        do throws(JournalError) {
            let link = role.linkControl.map { control in
                SessionLink(local: channel.hosts.local, peer: channel.hosts.peer, control: control)
            }
            let context = SessionContext(
                journal: journal, blobs: blobs, thumbnails: thumbnails,
                blobLimit: max(mediaLimits.photoBytes, mediaLimits.clipBytes),
                link: link, transfers: transfers, laneBytes: laneBytes, clock: clock, registry: registry,
                entryBudget: entryBudget,
                pullShares: pullShares, onOtherPeople: { [tokens] in tokens.forget() }, logger: logger)
            let session = Session(
                channel: channel, context: context, hello: try await hello(),
                known: known, onReceipt: onReceipt)
            let reason = await session.run()
            if let code = await session.farewell { await registry.refused(code) }
            if let violation = await session.violation {
                refusals.note(violation, endedSessionAt: address)
            } else {
                logger.info("session ended", metadata: ["address": "\(address)", "reason": "\(reason ?? "none")"])
            }
            return (await session.peer, reason)
        } catch {
            await channel.abandon()
            return (nil, error.description)
        }
    }

    /// How links of this node are protected.
    var security: Security { identity.map { .tls($0) } ?? .plain }

    /// Returns why the connection ended.
    private func enroll(_ peer: PeerIdentity, _ channel: PeerChannel, _ address: String) async -> String? {
        guard let desk = role.desk else {
            let violation = Violation(.wrongRole, "gateways are enrolled at central, but this is a gateway")
            return await refuse(channel, violation, address)
        }
        await channel.serve { message in await desk.answer(message, from: peer, at: address) }
        return nil
    }

    /// After a failed handshake, the TLS library has already told the peer why. Only if the two sides found no common
    /// protocol, this sends a goodbye.
    private func giveUp(_ channel: PeerChannel, _ error: HandshakeError, _ address: String) async -> String {
        if error == .otherProtocol {
            return await refuse(channel, Violation(.wrongIdentity, error.description), address)
        }
        refusals.note(error.description, at: address)
        await channel.abandon()
        return error.description
    }

    private func refuse(_ channel: PeerChannel, _ violation: Violation, _ address: String) async -> String {
        refusals.note(violation.description, at: address)
        await channel.refuse(violation)
        return violation.description
    }

    private func hello() async throws(JournalError) -> Hello {
        let turn = greetings.withLock { greetings in
            greetings &+= 1
            return greetings & 0xFFFF
        }
        let greeting = try await role.greeting(turn: turn)
        var hello = Hello(
            node: journal.origin.node, role: settings.role, name: settings.name,
            incarnation: journal.origin.incarnation, predecessor: journal.predecessor, boot: clock.boot,
            clock: clock.reading(),
            linkClass: settings.linkClass, frameBytes: UInt32(Limits.frameBytes), dictionaries: Dictionaries.known,
            heads: greeting.heads, receipts: greeting.receipts, grids: greeting.grids, people: greeting.people)
        hello.compares = settings.role == .gateway
        return MessageEncoder.fitted(hello)
    }
}
