import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// The actions of central's administrators.
extension World {
    /// The enrollments that they currently want. Gateways that lie are enrolled like the others.
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

    /// When central starts, before it accepts any gateway: audit events that its journal lost and its roster file has
    /// are written again. What both have lost is up to a person.
    func settleAdmissions(at central: SimulatedNode) async {
        guard let journal = central.journal else { return }
        do throws(JournalError) {
            _ = try await journal.adopt(central.roster, stamp: central.stamp(at: now))
            try await judgeAdmissions(journal)
        } catch {
            note("central cannot restore its audit events: \(error)")
        }
        await administer()
    }

    /// A restored journal and its roster file together know the last audit event about each subject.
    private func judgeAdmissions(_ journal: Journal) async throws(JournalError) {
        guard !oracle.cardsPutBack.contains(nodes[0].id), !plan.kinds.contains(.corruption) else { return }
        let held = try await journal.roster()
        for entry in nodes[0].roster {
            // A later audit event may have been committed, although the disk failed before the event was written to the
            // file.
            let isThere = held.contains {
                $0.event == entry.event && $0.depth >= entry.depth
                    || $0.event.subject == entry.event.subject && $0.depth > entry.depth
            }
            if !isThere { fail(.admission, "the audit event about \(entry.event.subject) was lost") }
        }
    }

    /// Enrollments still stand, whatever became corrupt, was restored, or was claimed by others.
    func judgeAdmissionsAtEnd(_ central: Journal) async {
        for wish in wishes where (try? await central.enrollment(of: wish.gateway)) != wish {
            fail(.admission, "the enrollment of \(wish.name) was lost")
        }
    }

    /// Records the audit events that are still missing. Tries again later when the disk is full.
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
            note("\(enrollment.name) is \(enrollment.state.rawValue), with the grids \(enrollment.grids)")
            count("audit events about gateways")
            oracle.scopes.enrolled(enrollment)
            for session in nodes[0].sessions where session.enrollment?.gateway == enrollment.gateway {
                switch enrollment.state {
                case .enrolled: session.leave("central's administrators changed this gateway's enrollment")
                case .revoked: session.fail(Violation(.revoked, "central's administrators have revoked this gateway"))
                }
            }
        } catch {
            note("\(enrollment.name) cannot be enrolled yet: \(error)")
            schedule(.administer, after: 2000)
        }
    }

    /// Audit events that change no gateway: about accounts, tokens, and events with only a note.
    func recordOtherEvents() async {
        guard let journal = nodes[0].journal else { return }
        let stamp = nodes[0].stamp(at: now)
        do throws(JournalError) {
            switch draw(0...2) {
            case 0:
                let grids = plan.grids.names.filter { _ in chance(percent: 50) }
                let access = Access(
                    name: "值班员 \(draw(0...2))", role: AccessRole.people[Int(draw(0...3))],
                    assignment: Assignment(group: chance(percent: 50) ? .collector : .handler, grids: grids),
                    verifier: "verifier \(draw(0...9999))", isRevoked: chance(percent: 30))
                try await journal.give(access, isNew: false, account: "Gave.", author: "root", stamp: stamp)
                for session in nodes[0].sessions { session.peopleChanged() }
            case 1:
                let token = TokenRecord(
                    number: 0, name: "备用", grids: plan.grids.names, madeAt: stamp.wallMilliseconds,
                    endsAt: stamp.wallMilliseconds + 60_000, gateway: nil)
                let secret = Hash256(hashing: [UInt8(draw(0...255)), UInt8(draw(0...255)), UInt8(draw(0...255))])
                let number = try await journal.keep(token, secret: secret, author: "root", stamp: stamp)
                if chance(percent: 50) { _ = try await journal.withdrawToken(number, author: "root", stamp: stamp) }
            default: try await journal.record("Sent away a stranger.", author: "root", stamp: stamp)
            }
            try await set(at: journal, stamp)
            nodes[0].roster = (try? await journal.roster()) ?? nodes[0].roster
            count("other audit events")
        } catch {
            note("an audit event cannot be recorded: \(error)")
        }
        worked(on: nodes[0])
    }
}

extension World {
    /// A new version of one of two settings.
    private func set(at journal: Journal, _ stamp: Stamp) async throws(JournalError) {
        let name = chance(percent: 60) ? "calendar" : "catalogue"
        guard let setting = CentralSetting(name: name, text: "2026-10-0\(draw(1...7)) 休") else { return }
        let known = try await journal.setting(name, of: nodes[0].id)?.id
        _ = try await journal.keep(setting, replacing: known, author: "root", stamp: stamp)
        count("settings changed")
    }

    /// Why a gateway does not hold the settings that central holds; nil if it does. Damaged and restored journals may
    /// hold older ones until their peers have come.
    func settingsDiffer(
        _ node: SimulatedNode, _ journal: Journal, _ central: Journal
    ) async throws(JournalError) -> String? {
        guard plan.kinds.isDisjoint(with: [.corruption, .centralCardPutBack, .centralDatabasePutBack]),
            try await central.enrollment(of: node.id)?.state == .enrolled
        else { return nil }
        let (own, other) = (try await journal.settings(of: nodes[0].id), try await central.settings(of: nodes[0].id))
        count("settings judged")
        return own == other ? nil : "\(node.name) holds other settings than central"
    }
}

extension World {
    /// Why other people may log in at a gateway than central says; nil if they are the same. A list that found no room
    /// on the disk, or that became corrupt, comes with the next session. Of two clones, one may have none.
    func peopleDiffer(
        _ node: SimulatedNode, _ journal: Journal, _ central: Journal
    ) async throws(JournalError) -> String? {
        guard plan.kinds.isDisjoint(with: [.corruption, .diskFull, .cardCloned]),
            let enrollment = try await central.enrollment(of: node.id), enrollment.state == .enrolled
        else { return nil }
        let wanted = try await central.people(in: enrollment.grids).people
        count(wanted.isEmpty ? "empty lists of people judged" : "lists of people judged")
        let held = try await journal.people(of: nodes[0].id)?.people
        return held == wanted ? nil : "\(node.name) holds another list of people than central"
    }
}

extension AuditEvent {
    /// The gateway, terminal or account that it is about.
    fileprivate var subject: String {
        switch self {
        case .enrollment(let enrollment): enrollment.gateway.description
        case .access(let access): access.name
        }
    }
}
