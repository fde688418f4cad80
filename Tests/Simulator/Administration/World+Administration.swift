import FieldpostCore
import FieldpostJournal

/// What central's administrators do.
extension World {
    /// What they want by now of each gateway; those that lie are let in like the rest.
    private var wishes: [Enrollment] {
        (1...plan.gateways).map(wish(for:))
            + liars.map {
                Enrollment(gateway: $0.node.id, name: "网关 \($0.node.number)", grids: $0.grids)
            }
    }

    private func wish(for number: Int) -> Enrollment {
        let change = plan.grids.changes.last { $0.gateway == number && (isHealing || $0.at <= now) }
        return Enrollment(
            gateway: nodes[number].id, state: change?.isRevoked == true ? .revoked : .enrolled,
            name: "网关 \(number)", grids: change?.grids ?? plan.grids.first[number])
    }

    /// At the start of central, before it lets anybody in: what the file beside its journal says and the journal has
    /// lost is done anew; what both have lost, a person sees.
    func settleAdmissions(at central: SimulatedNode) async {
        guard let journal = central.journal else { return }
        do throws(JournalError) {
            _ = try await journal.adopt(central.roster, stamp: central.stamp(at: now))
            try await judgeAdmissions(journal)
        } catch {
            note("central cannot put its acts back: \(error)")
        }
        await administer()
    }

    /// What a restored journal and its file say together is what was said last.
    private func judgeAdmissions(_ journal: Journal) async throws(JournalError) {
        guard !oracle.cardsPutBack.contains(nodes[0].id), !plan.kinds.contains(.corruption) else { return }
        let held = try await journal.roster()
        for entry in nodes[0].roster {
            // A later audit event may have been committed though the disk failed, before it came into the file.
            let isThere = held.contains {
                $0.event == entry.event && $0.depth >= entry.depth
                    || $0.event.subject == entry.event.subject && $0.depth > entry.depth
            }
            if !isThere { fail(.admission, "the audit event about \(entry.event.subject) was lost") }
        }
    }

    /// Whoever was let in still is, whatever became corrupt, was put back or was said by others.
    func judgeAdmissionsAtEnd(_ central: Journal) async {
        for wish in wishes where (try? await central.enrollment(of: wish.gateway)) != wish {
            fail(.admission, "what was said of \(wish.name) holds no more")
        }
    }

    /// Does what is not done yet; again after a while where the disk is full.
    func administer() async {
        guard let journal = nodes[0].journal else { return }
        for wish in wishes {
            guard let found = try? await journal.enrollments().first(where: { $0.gateway == wish.gateway }) else {
                await enroll(wish, journal)
                continue
            }
            if found == wish { oracle.scopes.enrolled(wish) } else { await enroll(wish, journal) }
        }
        nodes[0].roster = (try? await journal.roster()) ?? nodes[0].roster
        worked(on: nodes[0])
    }

    private func enroll(_ enrollment: Enrollment, _ journal: Journal) async {
        do throws(JournalError) {
            try await journal.enroll(
                enrollment, account: "Changed \(enrollment.name).", author: "root", stamp: nodes[0].stamp(at: now))
            note("\(enrollment.name) is \(enrollment.state.rawValue), and serves \(enrollment.grids)")
            count("audit events about gateways")
            oracle.scopes.enrolled(enrollment)
            for session in nodes[0].sessions where session.enrollment?.gateway == enrollment.gateway {
                switch enrollment.state {
                case .enrolled: session.leave("central's administrators changed what this gateway is")
                case .revoked: session.fail(Violation(.revoked, "central's administrators have revoked this gateway"))
                }
            }
        } catch {
            note("\(enrollment.name) cannot be enrolled yet: \(error)")
            schedule(.administer, after: 2000)
        }
    }

    /// Acts that change no gateway: accounts, tokens, and what only a note tells.
    func actOtherwise() async {
        guard let journal = nodes[0].journal else { return }
        let stamp = nodes[0].stamp(at: now)
        do throws(JournalError) {
            switch draw(0...2) {
            case 0:
                let access = Access(
                    name: "值班员 \(draw(0...2))", role: [.viewer, .dispatcher, .admin][Int(draw(0...2))],
                    verifier: "verifier \(draw(0...9999))", isRevoked: chance(percent: 30))
                try await journal.give(access, isNew: false, account: "Gave.", author: "root", stamp: stamp)
            case 1:
                let token = TokenRecord(
                    number: 0, name: "备用", grids: plan.grids.names, madeAt: stamp.wallMilliseconds,
                    endsAt: stamp.wallMilliseconds + 60_000, gateway: nil)
                let secret = Hash256(hashing: [UInt8(draw(0...255)), UInt8(draw(0...255)), UInt8(draw(0...255))])
                let number = try await journal.keep(token, secret: secret, author: "root", stamp: stamp)
                if chance(percent: 50) { _ = try await journal.withdrawToken(number, author: "root", stamp: stamp) }
            default: try await journal.record("Sent away a stranger.", author: "root", stamp: stamp)
            }
            nodes[0].roster = (try? await journal.roster()) ?? nodes[0].roster
            count("other acts")
        } catch {
            note("an audit event cannot be done: \(error)")
        }
        worked(on: nodes[0])
    }
}

extension AuditEvent {
    /// Whom it is about.
    fileprivate var subject: String {
        switch self {
        case .enrollment(let enrollment): enrollment.gateway.description
        case .access(let access): access.name
        }
    }
}
