import FieldpostAPI
import FieldpostCore
import FieldpostNode
import FieldpostStore
import FieldpostSync

/// What central's administrators can do about gateways. A gateway is named by its name, or by the first digits of its
/// NodeID. `author` is the administrator, for the journal. All methods throw `JournalError`. They throw `ResyncError`
/// if no gateway or several gateways match.
extension CentralRole {
    func gateways() async throws -> GatewayList {
        let known = await registry.states()
        var states = try await journal.enrollments().map { enrollment in
            let state = known[enrollment.gateway]?.state
            var record = GatewayRecord(enrollment, isConnected: state?.isConnected == true)
            record.selfReport = state?.selfReport
            return record
        }
        for waiting in await enrollments.list() {
            // A revoked gateway is listed under its former name.
            let former = states.firstIndex { $0.node == waiting.gateway.description }.map { states.remove(at: $0) }
            let fingerprint = Fingerprint(gateway: waiting.gateway, central: journal.origin.node)
            states.append(
                GatewayRecord(
                    node: waiting.gateway.description, name: former?.name ?? waiting.name, state: .waiting,
                    grids: waiting.grids,
                    isConnected: false, address: waiting.address, fingerprint: fingerprint.description))
        }
        return GatewayList(gateways: states)
    }

    /// Enrolls a gateway that did not ask, by its complete NodeID. Throws `ResyncError.unknownGateway` if that is
    /// malformed.
    func add(node: String, name: String, grids: [String], author: String) async throws -> GatewayRecord {
        guard let id = NodeID(hex: node) else { throw ResyncError.unknownGateway(node) }
        let enrollment = Enrollment(gateway: id, name: name, grids: grids)
        return try await record(enrollment, "Enrolled \(name) (\(id.short)).", author: author)
    }

    /// Enrolls a gateway that waits, or that was revoked.
    func approve(gateway: String, author: String) async throws -> GatewayRecord {
        let found = try await administered(gateway)
        let enrollment = Enrollment(gateway: found.id, name: found.state.name, grids: found.state.grids)
        return try await record(enrollment, "Enrolled \(enrollment.name) (\(found.id.short)).", author: author)
    }

    /// Removes a waiting gateway from the list. It may ask again.
    func reject(gateway: String, author: String) async throws {
        let found = try await administered(gateway)
        guard found.state.state == .waiting else { throw ResyncError.unknownGateway(gateway) }
        try await record("Rejected \(found.state.name) (\(found.id.short)).", author: author)
        await enrollments.forget(found.id)
    }

    /// Refuses a gateway from now on. Nothing that it sent is lost.
    func revoke(gateway: String, author: String) async throws -> GatewayRecord {
        let found = try await administered(gateway)
        let enrollment = Enrollment(
            gateway: found.id, state: .revoked, name: found.state.name, grids: found.state.grids)
        let state = try await record(enrollment, "Revoked \(enrollment.name) (\(found.id.short)).", author: author)
        await registry.revoked(
            found.id, Violation(.revoked, "central's administrators have revoked this gateway"))
        return state
    }

    func change(
        gateway: String, name: String?, grids: [String]?, author: String
    ) async throws -> GatewayRecord {
        let found = try await administered(gateway)
        guard var enrollment = try await journal.enrollment(of: found.id) else {
            throw ResyncError.unknownGateway(gateway)
        }
        let before = enrollment.name
        enrollment.name = name ?? before
        enrollment.grids = grids ?? enrollment.grids
        let account =
            "Changed \(before) (\(found.id.short)): it is \(enrollment.name) and serves "
            + (enrollment.grids.isEmpty ? "no grid." : "\(enrollment.grids.joined(separator: ", ")).")
        let state = try await record(enrollment, account, author: author)
        // The gateway connects again, and gets its new name and grids.
        await registry.session(with: found.id)?.leave("central's administrators changed this gateway")
        return state
    }

    func makeToken(_ request: TokenRequest, author: String) async throws -> NewToken {
        var replaced: NodeID?
        if let name = request.replaces { replaced = try await administered(name).id }
        let secret = TokenSecret.random()
        let stamp = clock.stamp()
        let ends = stamp.wallMilliseconds + Int64(request.seconds) * 1000
        let number = try await journal.keep(
            TokenRecord(
                number: 0, name: request.name, grids: request.grids, replaces: replaced,
                madeAt: stamp.wallMilliseconds, endsAt: ends, gateway: nil), secret: secret.hash, author: author,
            stamp: stamp)
        return NewToken(
            number: number, token: EnrollmentToken(central: journal.origin.node, secret: secret).text,
            ends: wallClockText(ends))
    }

    func tokens() async throws -> TokenList {
        let now = clock.moment().wallMilliseconds
        return TokenList(
            tokens: try await journal.tokens().map { token in
                TokenState(
                    number: token.number, name: token.name, grids: token.grids,
                    replaces: token.replaces?.description, made: wallClockText(token.madeAt),
                    ends: wallClockText(token.endsAt),
                    state: token.gateway != nil ? .used : token.endsAt <= now ? .expired : .open,
                    gateway: token.gateway?.description)
            })
    }

    /// Returns false if there is no unused token with that number.
    func withdrawToken(_ number: Int, author: String) async throws -> Bool {
        return try await journal.withdrawToken(number, author: author, stamp: clock.stamp())
    }

    // MARK: Audit events

    private func record(_ enrollment: Enrollment, _ account: String, author: String) async throws -> GatewayRecord {
        try await journal.enroll(enrollment, account: account, author: author, stamp: clock.stamp())
        await roster.save()
        await enrollments.forget(enrollment.gateway)
        let isConnected = await registry.session(with: enrollment.gateway) != nil
        return GatewayRecord(enrollment, isConnected: isConnected && enrollment.state == .enrolled)
    }

    private func administered(_ gateway: String) async throws -> (id: NodeID, state: GatewayRecord) {
        let matching = try await gateways().gateways.filter {
            $0.name == gateway || (!gateway.isEmpty && $0.node.hasPrefix(gateway.lowercased()))
        }
        guard let found = matching.first, let id = NodeID(hex: found.node) else {
            throw ResyncError.unknownGateway(gateway)
        }
        guard matching.count == 1 else { throw ResyncError.ambiguousGateway(gateway) }
        return (id, found)
    }
}

extension GatewayRecord {
    fileprivate init(_ enrollment: Enrollment, isConnected: Bool) {
        self.init(
            node: enrollment.gateway.description, name: enrollment.name,
            state: enrollment.state == .enrolled ? .enrolled : .revoked, grids: enrollment.grids,
            isConnected: isConnected)
    }
}
