import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import Foundation
import GRDB
import Testing

/// A gateway may speak only for itself. What it gives of others counts only as far as central can prove it.
struct HearsayTests {
    let thief: Station
    let victim: Station
    let central: Station
    let report: ReportID

    init() async throws {
        (thief, victim, central) = (try Station(1), try Station(2), try Station(9, .central))
        try await victim.push(to: central)
        report = try await thief.create().entry.report
        try await thief.push(to: central)
    }

    /// An entry that claims to be from a node.
    private func forged(_ origin: Origin, _ seq: UInt64 = 1, closing report: ReportID) -> SealedEntry {
        Samples.sealed(Dot(origin, seq), id: .random(), report: report, text: "closed")
    }

    private func give(
        _ entries: [SealedEntry], _ range: Fetch.Range = .foreign(after: nil)
    ) async throws -> Restored {
        try await central.journal.restore(entries, asked: range, from: thief.id)
    }

    /// Central was restored from a copy that has everything that is here now.
    private func putBack() async throws {
        try await central.journal.begin(IncarnationStart(.centralRestored(gateway: thief.id), stamp: .unknown))
    }

    @Test func `Central accepts nothing of others if it was never restored`() async throws {
        let before = central.journal.origin
        for _ in 0..<20 {
            let given = [
                forged(before, 9, closing: report), forged(victim.journal.origin, closing: report),
                forged(Samples.origin(77), closing: report), forged(thief.journal.origin, 30, closing: report),
            ]
            let restored = try await give(given)
            #expect(restored.added == 0 && !restored.hasBegun)
        }
        #expect(central.journal.origin == before)
        #expect(try await central.journal.report(report)?.history.count == 1)
        #expect(try await central.journal.hearsay().isEmpty)
        #expect(try await central.journal.suspicions().map(\.kind) == [.entries])
        let nodes = Set(try await central.journal.statistics().origins.map(\.head.origin.node))
        #expect(nodes == [thief.id, central.id])
    }

    @Test func `Central accepts its own entries only with a proof, also after a restore`() async throws {
        let earlier = central.journal.origin
        let edit = try await central.edit(report, text: "by central").entry
        try await putBack()
        let closed = forged(earlier, 7, closing: report)
        #expect(try await give([closed]).added == 0)
        #expect(try await give([closed], .run(earlier, first: 7, last: 7)).added == 0)
        #expect(try await central.text(of: report) == "by central")
        #expect(try await central.journal.suspicions().map(\.gateway) == [thief.id])
        // A gateway cannot prove what another gateway got, nor another entry at a dot that it did get.
        let key = Samples.proofKey(of: central.id)
        let sealed = SealedEntry(
            dot: edit.dot, bytes: EntryCodec().encode(edit), content: .entry(edit))
        for proof in [
            key.proof(of: closed.dot, hash: closed.hash, to: victim.id),
            key.proof(of: closed.dot, hash: sealed.hash, to: thief.id),
        ] {
            let restored = try await central.journal.restore(
                [closed], proofs: [closed.dot: proof], asked: .foreign(after: nil), from: thief.id)
            #expect(restored.added == 0)
        }
        #expect(try await central.gather([closed], provedTo: thief.id) == 1)
    }

    @Test func `Unproved entries of others stay unconfirmed until their author sends the same`() async throws {
        try await putBack()
        let lost = try await victim.create(report, text: "from the victim").entry
        let sealed = SealedEntry(dot: lost.dot, bytes: EntryCodec().encode(lost), content: .entry(lost))
        let before = try await central.journal.report(report)
        #expect(try await give([sealed, forged(Samples.origin(77), closing: report)]).added == 0)
        let heard = try await central.journal.hearsay(of: report)
        #expect(heard.map(\.entry.hash) == [sealed.hash] && heard.map(\.giver) == [thief.id])
        #expect(try await central.journal.statistics().unconfirmed == 1)
        #expect(try await central.journal.report(report) == before)
        #expect(try await central.journal.feed(of: victim.id, after: 0) == nil)
        #expect(try await central.journal.heads(of: victim.id).isEmpty)

        try await victim.push(to: central)
        #expect(try await central.journal.hearsay().isEmpty)
        #expect(try await central.journal.statistics().orphans == 0)
        #expect(try await central.journal.report(report)?.history.count == 2)
    }

    @Test func `If the author sends another entry, that one wins, and an alarm names the giver`() async throws
    {
        try await putBack()
        let false1 = forged(victim.journal.origin, closing: report)
        _ = try await give([false1])
        #expect(try await central.journal.hearsay().count == 1)
        // The victim does not come to believe that it lost anything.
        let hello = try await victim.hello()
        #expect(try await central.journal.register(hello, stamp: .unknown).heads.isEmpty)
        let mine = try await victim.create(text: "mine").entry
        try await victim.push(to: central)
        #expect(try await victim.compare(with: central).divergences.isEmpty)
        #expect(try await central.text(of: mine.report) == "mine")
        #expect(try await central.journal.report(report)?.history.count == 1)
        #expect(try await central.journal.hearsay().isEmpty)
        #expect(try await central.journal.statistics().orphans == 1)
        let suspicion = try #require(try await central.journal.suspicions().first)
        #expect(suspicion.gateway == thief.id && suspicion.kind == .contradicted)
    }

    @Test func `Invented incarnations of another gateway leave no trace`() async throws {
        try await putBack()
        let invented = (1...1_100).map { number in
            forged(Origin(node: victim.id, incarnation: Incarnation(UInt128(number) << 32)), closing: report)
        }
        _ = try await give(invented)
        #expect(try await central.journal.hearsay(of: nil, limit: .max).count < Limits.incarnationsPerNode)
        let registered = try await central.journal.register(try await victim.hello(), stamp: .unknown)
        #expect(registered.heads.isEmpty)
        #expect(try await central.journal.heads(of: victim.id).isEmpty)
        let mine = try await victim.create(text: "mine").entry.report
        try await victim.push(to: central)
        #expect(try await central.text(of: mine) == "mine")
    }

    @Test func `A gateway cannot have held reports outside of its scope`() async throws {
        let other = try await victim.create().entry.report
        try await victim.push(to: central)
        try await putBack()
        _ = try await give([
            forged(victim.journal.origin, 9, closing: other), forged(victim.journal.origin, 10, closing: .random()),
        ])
        #expect(try await central.journal.hearsay().isEmpty)
        #expect(try await central.journal.suspicions().map(\.kind) == [.entries])
    }

    @Test func `A gateway that is new after a restore must prove what it gives`() async throws {
        try await putBack()
        let late = try Station(4)
        try await late.create(report, text: "also here")
        try await late.push(to: central)
        #expect(try await central.journal.register(try await late.hello(), stamp: .unknown).wantsFetch)
        let given = forged(victim.journal.origin, 3, closing: report)
        _ = try await central.journal.restore([given], asked: .foreign(after: nil), from: late.id)
        #expect(try await central.journal.hearsay().isEmpty)
        #expect(try await central.gather([given], provedTo: late.id) == 1)
    }

    @Test func `A corrupt entry is replaced only by the same entry`() async throws {
        let mine = try await victim.create(text: "whole").entry
        try await victim.push(to: central)
        try central.journal.close()
        let queue = try DatabaseQueue(path: central.journal.path)
        let node = Data(victim.id.bytes)
        try await queue.write { db in
            try db.execute(
                sql: """
                    UPDATE entries SET bytes = zeroblob(length(bytes)) WHERE place >> 40 =
                        (SELECT number FROM origins WHERE node = ?)
                    """, arguments: [node])
        }
        try queue.close()
        try central.reopen()
        #expect(try await central.scrub().corrupt == 1)
        let range = Fetch.Range.run(mine.dot.origin, first: 1, last: 1)
        _ = try await give([forged(mine.dot.origin, closing: mine.report)], range)
        #expect(try await central.text(of: mine.report) == nil)
        #expect(try await central.journal.head().seq == 0)
        let sealed = SealedEntry(dot: mine.dot, bytes: EntryCodec().encode(mine), content: .entry(mine))
        #expect(try await give([sealed], range).added == 1)
        #expect(try await central.text(of: mine.report) == "whole")
    }
}
