import FaultDisk
import FieldpostCore
import FieldpostStore
import FieldpostWire
import FilledJournal
import GRDB
import Testing

@testable import FieldpostJournal

/// One incarnation of a journal on a disk with one fault. Every step is done, and done again if it failed, as a
/// terminal or a peer would do it. After each crash, everything that was acknowledged must be there.
final class FaultTrial {
    /// When the power goes.
    enum End: String, CaseIterable, Sendable {
        /// Never: a journal that failed is closed and opened again.
        case restart
        /// At the end of the step with the fault.
        case cutAtOnce
        /// The same, but after the journal was closed and opened again.
        case cutAfterRestart
        /// After all steps, while the journal is open.
        case cutAtEnd
    }

    struct Setting: Sendable {
        let role: Role
        let end: End
        let seed: UInt64
        /// Another `synchronous` setting than the journal's, for the control.
        var synchronous = "FULL"
        /// How many steps are done before the end. Nil: all.
        var steps: Int?
        /// Whether the journal has rows in every table before the first step. Otherwise the first step creates it.
        var isFilled = false

        var loss: PowerCut { seed % 2 == 0 ? .everything : .random }
    }

    let disk: FaultDisk
    private let setting: Setting
    private var journal: Journal?
    private var proofs = FaultProofs()
    private var isCut = false
    private(set) var findings = FaultProofs.Findings()
    private(set) var totals: [String: Int] = [:]
    /// How many openings threw, and how many commits failed for good.
    private(set) var refusedOpenings = 0
    private(set) var finalFailures = 0
    private(set) var fullRefusals = 0

    var acknowledged: Int { proofs.acknowledged }

    /// `filled`: a disk with a filled journal of the role, if the setting asks for one.
    init(_ setting: Setting, filled: DiskSnapshot? = nil) {
        self.setting = setting
        disk = FaultDisk(seed: setting.seed)
        precondition(setting.isFilled == (filled != nil), "a filled journal where one is asked for")
        if let filled { disk.restore(filled) }
    }

    /// The journal of a node of that role, with rows in every table.
    static func filled(_ role: Role) async throws -> DiskSnapshot {
        let disk = FaultDisk(seed: 1)
        let journal = try Journal(
            disk: FaultJournalDisk(disk), node: NodeID(publicKey: [1]), role: role, codec: EntryCodec())
        try await FilledJournal.fill(journal)
        let defects = try await journal.pool.read { db in try FilledJournal.defects(db, role: role) }
        #expect(defects.isEmpty, "\(defects)")
        try journal.close()
        return disk.snapshot()
    }

    func run() async throws {
        for step in FaultStep.steps(setting.role).prefix(setting.steps ?? .max) {
            try await settle(step)
            try await cutAfterFault()
        }
        try await die { disk in
            if setting.end == .cutAtEnd { disk.cutPower(setting.loss) }
        }
        let journal = try await opened()
        totals = try await journal.pool.read { db in try FaultCensus(db, codec: EntryCodec()).totals }
        try journal.close()
    }

    /// Repeats a step until it succeeds. One fault may make it fail, with its consequences. More failures are a defect.
    private func settle(_ step: FaultStep) async throws {
        for _ in 0..<4 {
            do {
                try await perform(step, on: try await opened())
                return
            } catch {
                try await meet(JournalError(error), at: step)
            }
        }
        findings.broken.append("\(step) cannot be done")
    }

    private func meet(_ error: JournalError, at step: FaultStep) async throws {
        switch error {
        case .full:
            fullRefusals += 1
            if let failure = journal?.failure { findings.broken.append("a full disk was final: \(failure)") }
            // Reading must work even while writing cannot.
            _ = try await journal?.head()
            disk.heal()
        case .failed:
            disk.heal()
            guard let journal, journal.failure != nil else { break }
            finalFailures += 1
            await #expect(throws: error) { try await journal.append(Samples.draft(.create, ReportID(77))) }
        default:
            findings.broken.append("\(step) threw \(error)")
        }
        try await cutAfterFault()
        if journal?.failure != nil { try await die { $0.kill() } }
    }

    private func cutAfterFault() async throws {
        guard disk.faultsMet > 0, !isCut, setting.end == .cutAtOnce || setting.end == .cutAfterRestart else { return }
        isCut = true
        if setting.end == .cutAfterRestart { try await die { $0.kill() } }
        try await die { $0.cutPower(setting.loss) }
    }

    /// The process ends. Everything that the journal acknowledged must be there when it is opened again.
    private func die(_ end: (FaultDisk) -> Void) async throws {
        if setting.end == .restart { try? journal?.close() }
        end(disk)
        try? journal?.close()
        journal = nil
        disk.heal()
        try await check(opened())
    }

    private func check(_ journal: Journal) async throws {
        disk.areFaultsHeld = true
        defer { disk.areFaultsHeld = false }
        let found = try await proofs.check(journal)
        findings.lost += found.lost
        findings.doubled += found.doubled
        findings.broken += found.broken
    }

    private func opened() async throws -> Journal {
        if let journal { return journal }
        do {
            let journal = try Journal(
                disk: FaultJournalDisk(disk), node: NodeID(publicKey: [1]), role: setting.role, codec: EntryCodec())
            self.journal = journal
            // Small, so that commits make checkpoints too.
            try await journal.pool.writeWithoutTransaction { [synchronous = setting.synchronous] db in
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 12; PRAGMA synchronous = \(synchronous)")
            }
            proofs.opened(as: journal.origin)
            return journal
        } catch {
            if journal == nil { refusedOpenings += 1 }
            throw error
        }
    }

    private func perform(_ step: FaultStep, on journal: Journal) async throws {
        switch step {
        case .create(let number, let grid):
            proofs.add(try await journal.append(Self.draft(number, grid: grid)))
        case .createTogether(let numbers):
            let outcomes = await withTaskGroup(of: Result<Committed, any Error>.self) { group in
                for number in numbers {
                    group.addTask { await outcome { try await journal.append(Self.draft(number)) } }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for case .success(let committed) in outcomes { proofs.add(committed) }
            for outcome in outcomes { _ = try outcome.get() }
        case .edit(let report, let number):
            let change = Change(fields: [.stage: .text("edit \(number)")])
            proofs.add(
                try await journal.append(Samples.draft(.edit, report, id: EntryID(UInt128(number)), change: change)))
        case .ingest(let seqs):
            let entries = Array(FaultStep.peerRun[(seqs.lowerBound - 1)..<seqs.upperBound])
            let before = Samples.chain(of: FaultStep.peer, FaultStep.peerRun.prefix(seqs.lowerBound - 1))
            proofs.add(try await journal.ingest(entries, of: FaultStep.peer, after: before), entries)
        case .absorb(let seqs, let position):
            let entries = seqs.map { Samples.sealed(Dot(FaultStep.other, $0), text: FaultStep.text) }
            let cursor = FeedCursor(incarnation: FaultStep.central.incarnation, position: position)
            let absorbed = try await journal.absorb(entries, from: FaultStep.central.node, upTo: cursor)
            proofs.add(absorbed, entries)
        case .acknowledge:
            let receipt = Receipt(head: try await journal.head())
            try await journal.acknowledge(receipt)
            proofs.add(receipt)
        case .acknowledgeFeed(let position):
            try await journal.acknowledgeFeed(FaultStep.peer.node, position: position)
            proofs.add(feedPosition: position)
        case .register(let node, let grids):
            try await journal.register(node, name: node.short, grids: grids)
            proofs.add(gateway: node, grids: grids)
        case .rest:
            _ = try await journal.compare([try await journal.head()], with: FaultStep.central)
            try await journal.rest(for: 1, with: FaultStep.central, keeping: 1)
            try await journal.rest(for: 1, with: FaultStep.central, keeping: 1)
        case .prune:
            // A process that just started has not heard from central yet.
            _ = try await journal.compare([try await journal.head()], with: FaultStep.central)
            while try await !journal.prune(keeping: 1, with: FaultStep.central).isLast {}
        case .checkpoint:
            try await journal.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        case .reopen:
            try journal.close()
            self.journal = nil
            try await check(opened())
        }
    }

    private static func draft(_ number: UInt8, grid: String? = nil) -> Draft {
        var change = Change(fields: [.text: .text(FaultStep.text)])
        if let grid { change.fields[.grid] = .text(grid) }
        return Samples.draft(
            .create, FaultStep.report(number), id: EntryID(1000 + UInt128(number)), change: change)
    }
}

private func outcome<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
}
