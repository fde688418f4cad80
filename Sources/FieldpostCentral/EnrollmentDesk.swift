import FieldpostCore
import FieldpostNode
import FieldpostStore
import FieldpostSync
import FieldpostTransport
import Logging

/// At central: answers gateways that ask to be enrolled, with a token or by waiting for an administrator.
actor EnrollmentDesk: EnrollmentAnswering {
    struct Waiting: Sendable {
        let gateway: NodeID
        let name: String
        let grids: [String]
        /// The address of its last request, for people.
        let address: String
        /// Milliseconds of this machine's monotonic clock.
        let askedAt: UInt64
    }

    private let journal: any Store
    private let clock: HostClock
    private let name: String
    private let roster: Roster
    private let registry: PeerRegistry
    private let refusals: RefusalLog
    private let logger: Logger
    private var waiting: [NodeID: Waiting] = [:]

    init(_ parts: NodeParts, roster: Roster) {
        journal = parts.journal
        clock = parts.clock
        name = parts.settings.name
        self.roster = roster
        registry = parts.registry
        refusals = parts.refusals
        logger = parts.logger
    }

    /// The gateways that asked recently, sorted by name.
    func list() -> [Waiting] {
        forgetOld()
        return waiting.values.sorted { ($0.name, $0.gateway) < ($1.name, $1.gateway) }
    }

    /// An administrator has decided about the gateway.
    func forget(_ gateway: NodeID) { waiting[gateway] = nil }

    /// Answers the first message on a connection for enrollment.
    func answer(_ message: Message, from peer: PeerIdentity, at address: String) async -> Message {
        do throws(Violation) {
            guard case .enroll(var enroll) = message else {
                throw Violation(.unexpectedMessage, "a connection for enrollment must begin with an enroll message")
            }
            (enroll.name, enroll.grids) = (enroll.name.nameForm, enroll.grids.map(\.nameForm))
            try check(enroll)
            return .enrolled(
                Enrolled(central: name, admission: try await admission(enroll, of: peer.node, at: address)))
        } catch {
            refusals.note(error.description, at: address)
            return .goodbye(Goodbye(code: error.code.rawValue, detail: error.detail))
        }
    }

    private func check(_ enroll: Enroll) throws(Violation) {
        if let defect = Enrollment.defect(ofName: enroll.name) ?? Enrollment.defect(ofGrids: enroll.grids) {
            throw Violation(.malformedMessage, defect)
        }
    }

    private func admission(
        _ enroll: Enroll, of gateway: NodeID, at address: String
    ) async throws(Violation) -> Enrolled.Admission? {
        do throws(JournalError) {
            if let token = enroll.token {
                let redeemed = try await journal.redeem(token, of: gateway, asking: enroll, stamp: clock.stamp())
                let made = redeemed.enrollment
                waiting[gateway] = nil
                await roster.save()
                if let revoked = redeemed.revoked {
                    await registry.revoked(
                        revoked, Violation(.revoked, "another gateway was enrolled to replace this one"))
                }
                logger.notice("enrolled a gateway", metadata: ["name": "\(made.name)", "node": "\(gateway.short)"])
                return Enrolled.Admission(name: made.name, grids: made.grids)
            }
            if let known = try await journal.enrollment(of: gateway), known.state == .enrolled {
                return Enrolled.Admission(name: known.name, grids: known.grids)
            }
        } catch {
            if case .violation(let violation) = error { throw violation }
            throw Violation(.notEnrolled, error.description)
        }
        try wait(enroll, gateway, address)
        return nil
    }

    private func wait(_ enroll: Enroll, _ gateway: NodeID, _ address: String) throws(Violation) {
        forgetOld()
        let host = Endpoint(address)?.host
        let neighbours = waiting.values.count { Endpoint($0.address)?.host == host }
        guard
            waiting[gateway] != nil
                || waiting.count < Limits.waitingGateways && neighbours < Limits.waitingGatewaysPerHost
        else {
            throw Violation(.limitExceeded, "too many gateways already wait for approval; a token needs no approval")
        }
        waiting[gateway] = Waiting(
            gateway: gateway, name: enroll.name, grids: enroll.grids, address: address,
            askedAt: clock.moment().monotonicMilliseconds)
    }

    private func forgetOld() {
        let now = clock.moment().monotonicMilliseconds
        waiting = waiting.filter { now - min(now, $0.value.askedAt) < Limits.waitingSeconds * 1000 }
    }
}
