import FieldpostCore
import FieldpostStore
import FieldpostWire
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// The order of arrival: each change once, whatever gap it closes, whoever writes at the same time.
struct ChangeTests {
    /// All changes from a position on, page by page.
    private func read(_ node: TestNode, _ query: ChangeQuery = ChangeQuery()) async throws -> [RecordedChange] {
        var query = query
        var changes: [RecordedChange] = []
        while true {
            let page = try await node.journal.changes(query)
            #expect(page.next >= query.from && page.changes.count <= query.limit)
            changes += page.changes
            query.from = page.next
            if page.isEnd { return changes }
        }
    }

    private static func dots(_ changes: [RecordedChange]) -> [Dot] {
        changes.compactMap { change in
            switch change.content {
            case .entry(let entry): entry.dot
            case .missing(let dot): dot
            default: nil
            }
        }
    }

    private func held(_ node: TestNode) async throws -> Set<Dot> {
        try await node.journal.read { db in
            let origins = Dictionary(uniqueKeysWithValues: try db.originRows().map { ($0.number, $0.origin) })
            return Set(
                try Int64.fetchAll(db, sql: "SELECT place FROM entries").map { number in
                    let place = Place(rowID: number)
                    return Dot(origins[place.origin] ?? Samples.origin(0), place.seq)
                })
        }
    }

    private static var all: ChangeQuery {
        var query = ChangeQuery()
        query.includesNode = true
        return query
    }

    @Test func `kinds and contents of changes in their order`() async throws {
        let node = try TestNode(1, .central)
        let id = ReportID.random()
        _ = try await node.journal.append(
            Samples.draft(
                .create, id,
                change: Change(fields: [.channel: .text("terminal"), .text: .text("井盖松动"), .grid: .text("10014")])))
        try await node.edit(id, seen: ReportVersion(), text: "甲")
        try await node.edit(id, seen: ReportVersion(), text: "乙")
        try await node.edit(id, text: "一致")
        for stage in ["closed", "reopened"] {
            _ = try await node.journal.append(
                Samples.draft(
                    .edit, id,
                    change: Change(
                        fields: [.stage: .text(stage)], notes: [Note(text: "记")],
                        traces: [Trace(stage: stage, department: "", text: "因")])))
        }
        let changes = try await read(node)
        #expect(
            changes.map(\.kinds) == [
                [.created], [.changed], [.conflictBegan], [.changed], [.changed], [.conflictEnded],
                [.changed, .note, .step], [.changed, .note, .step, .reopened],
            ])
        #expect(changes.allSatisfy { $0.report == id })
        #expect(changes.map(\.position) == Array(1...8))
        var query = ChangeQuery()
        query.kinds = [.reopened, .conflictBegan]
        #expect(try await read(node, query).map(\.position) == [3, 8])
        query = ChangeQuery()
        query.matching = [.grid: "10014"]
        query.limit = 3
        #expect(try await read(node, query).count == 8)
        query.matching = [.grid: "10018"]
        #expect(try await read(node, query).isEmpty)
        query = ChangeQuery()
        query.grids = ["10014", "10018"]
        #expect(try await read(node, query).count == 8)
        query.grids = ["10018"]
        #expect(try await read(node, query).isEmpty)
        query = ChangeQuery()
        query.report = id
        query.from = 4
        #expect(try await read(node, query).count == 5)
        query.report = ReportID.random()
        #expect(try await read(node, query).isEmpty)
    }

    @Test func `what concerns no report is told only to those who may know`() async throws {
        for role in [Role.gateway, .central] {
            let node = try await TestNode.filled(1, role)
            let kinds = Set(try await read(node, Self.all).flatMap(\.kinds))
            #expect(kinds.isSuperset(of: [.audit, .setting, .step, .attachment]), "\(role) \(kinds)")
            #expect(try await kinds.contains(.incident) == !node.journal.incidents().isEmpty)
            let open = try await read(node)
            #expect(
                open.allSatisfy { $0.report != nil && Set($0.kinds).isDisjoint(with: [.incident, .audit, .setting]) })
            if role == .central { #expect(kinds.contains(.overdue) || kinds.contains(.dueSoon)) }
            if role == .gateway { #expect(kinds.contains(.pruned)) }
        }
    }

    @Test(arguments: [Role.gateway, .central])
    func `each entry that is held is told exactly once`(role: Role) async throws {
        let node = try await TestNode.filled(1, role)
        let dots = Self.dots(try await read(node, Self.all))
        #expect(Set(dots) == (try await held(node)))
        #expect(Set(dots).count == dots.count)
    }

    @Test func `gaps that are filled later come when they are filled`() async throws {
        let central = try TestNode(1, .central)
        let station = try TestNode(2)
        for number in 1...9 { try await station.create(text: "第\(number)件") }
        let origin = station.journal.origin
        let run = try #require(try await station.journal.run(of: origin, after: 0))
        let sealed = run.sealed
        // As a fetch gives them: one by one, with gaps.
        for some in [sealed[4...5], sealed[7...7]] {
            _ = try await central.journal.restore(Array(some), asked: .run(origin, first: 1, last: 9), from: station.id)
        }
        let first = try await read(central)
        #expect(Self.dots(first).isEmpty || Self.dots(first).map(\.seq) == [5, 6, 8])
        _ = try await central.journal.ingest(sealed, of: origin, after: run.chainBefore)
        let all = try await read(central)
        #expect(Array(all.prefix(first.count)) == first)
        #expect(Self.dots(all).map(\.seq).sorted() == Array(1...9))
        _ = try await central.journal.ingest(sealed, of: origin, after: run.chainBefore)
        #expect(try await read(central) == all)
    }

    @Test func `a corrupt entry that comes back is no second change`() async throws {
        let central = try TestNode(1, .central)
        let station = try TestNode(2)
        let id = ReportID.random()
        try await station.create(id, text: "井盖松动")
        try await central.pull(from: station)
        let run = try #require(try await station.journal.run(of: station.journal.origin, after: 0))
        try await central.journal.queue.write { context in
            try context.db.execute(sql: "UPDATE entries SET bytes = x'00'")
            try context.quarantine(Place(rowID: try Int64.fetchOne(context.db, sql: "SELECT place FROM entries") ?? 0))
        }
        #expect(try await read(central).map(\.kinds) == [[.unreadable]])
        _ = try await central.journal.ingest(run.sealed, of: run.origin, after: run.chainBefore)
        let changes = try await read(central)
        #expect(changes.map(\.kinds) == [[.changed], [.restored]])
        #expect(changes.map(\.report) == [id, id])
    }

    @Test func `writers at the same time, and followers of whom each sees every change once`() async throws {
        let node = try TestNode(1, .central)
        let journal = node.journal
        let (own, each) = (60, 40)
        var runs: [(origin: Origin, entries: [SealedEntry])] = []
        for number in 2...4 {
            let origin = Samples.origin(UInt8(number))
            runs.append(
                (
                    origin,
                    (1...each).map { seq in
                        let report = ReportID(UInt128(number) << 32 | UInt128(seq))
                        return Samples.sealed(Dot(origin, UInt64(seq)), report: report)
                    }
                ))
        }
        let total = own * 2 + runs.count * each
        let seen = try await withThrowingTaskGroup(of: [RecordedChange].self) { group in
            for limit in [1, 7, 500] {
                group.addTask {
                    var query = ChangeQuery()
                    query.limit = limit
                    var changes: [RecordedChange] = []
                    while changes.count < total {
                        let page = try await journal.changes(query)
                        changes += page.changes
                        query.from = page.next
                        if page.isEnd { try await Task.sleep(for: .milliseconds(1)) }
                    }
                    return changes
                }
            }
            for run in runs {
                group.addTask {
                    var chain = Chain.start(of: run.origin)
                    for start in stride(from: 0, to: each, by: 3) {
                        let some = Array(run.entries[start..<min(start + 3, each)])
                        _ = try await journal.ingest(some, of: run.origin, after: chain)
                        chain = some.reduce(chain) { Chain.link($0, $1.hash) }
                    }
                    return []
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    try await withThrowingTaskGroup(of: Void.self) { writers in
                        for _ in 0..<own {
                            writers.addTask { _ = try await journal.append(Samples.draft(.create, .random())) }
                        }
                        try await writers.waitForAll()
                    }
                    return []
                }
            }
            var told: [[RecordedChange]] = []
            for try await changes in group where !changes.isEmpty { told.append(changes) }
            return told
        }
        #expect(seen.count == 3 && seen.allSatisfy { $0 == seen[0] })
        let dots = Self.dots(seen[0])
        #expect(Set(dots) == (try await held(node)) && dots.count == total && Set(dots).count == total)
        #expect(zip(seen[0], seen[0].dropFirst()).allSatisfy { $0.position < $1.position })
    }

    @Test func `after a restart the order stands and goes on`() async throws {
        let node = try await TestNode.filled(1, .central)
        let before = try await read(node, Self.all)
        let end = node.journal.changesEnd
        try node.journal.close()
        try node.reopen()
        #expect(node.journal.changesEnd == end)
        #expect(try await read(node, Self.all) == before)
        try await node.create()
        let after = try await read(node, Self.all)
        #expect(after.dropLast() == before[...] && after.last?.position == end)
    }

    @Test(arguments: [Role.gateway, .central])
    func `an upgraded journal has an order of what it held`(role: Role) async throws {
        let node = try await TestNode.filled(1, role)
        let held = try await held(node)
        // As the migration does it. `SchemaTests` upgrades journals of each version.
        try await node.journal.queue.write { context in
            try context.db.execute(sql: "DROP TABLE changes; DROP TABLE changes_gone; " + Schema.changes)
        }
        try node.journal.close()
        try node.reopen()
        let dots = Self.dots(try await read(node, Self.all))
        #expect(Set(dots) == held && Set(dots).count == dots.count)
        try await node.create()
        #expect(Self.dots(try await read(node, Self.all)).count == dots.count + 1)
    }

    @Test(arguments: [Int64(0), -5, .max, 1 << 41])
    func `a corrupt row of the order of arrival stops neither a start nor a commit`(count: Int64) async throws {
        let node = try TestNode(1, .central)
        for _ in 0..<4 { try await node.create() }
        try node.tamper { db in
            try db.execute(
                sql: "UPDATE changes SET count = ? WHERE position = (SELECT max(position) FROM changes)",
                arguments: [count])
        }
        let later = try await node.create().entry.dot
        #expect(try await Self.dots(read(node)).contains(later))
        try node.tamper { db in
            try db.execute(
                sql: "INSERT INTO changes (position, place, count) VALUES (?, 5, 5)", arguments: [Int64.max - 2])
        }
        _ = try await node.create()
        _ = try await node.journal.changes(ChangeQuery())
    }
}
