import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

/// Who may log in at a gateway: central's accounts, and the list that a gateway keeps.
struct PeopleTests {
    private let central: Station
    private let gateway: Station

    init() throws {
        central = try Station(9, .central)
        gateway = try Station(1)
    }

    private func give(
        _ name: String, _ role: AccessRole = .staff, grids: [String], department: String = "", isRevoked: Bool = false,
        verifier: String = "v"
    ) async throws {
        try await central.journal.give(
            Access(
                name: name, role: role,
                assignment: Assignment(group: .collector, department: department, grids: grids), verifier: verifier,
                isRevoked: isRevoked), isNew: false, account: "Gave.", author: "root", stamp: .unknown)
    }

    private func enroll(_ name: String, _ number: UInt8, grids: [String]) async throws {
        try await central.journal.enroll(
            Enrollment(gateway: NodeID(publicKey: [number]), name: name, grids: grids), account: "Enrolled.",
            author: "root", stamp: .unknown)
    }

    private func names(_ grids: [String]) async throws -> [String] {
        try await central.journal.people(in: grids).people.map { "\($0.name) \($0.grids.joined(separator: "+"))" }
    }

    @Test func `A gateway gets the people of its grids, with these grids alone, and nobody who was revoked`()
        async throws
    {
        try await give("赵敏", grids: ["南坑二", "南坑一", "雪象"], department: "坂田街道市政服务中心")
        try await give("王敏", .viewer, grids: ["南坑一"])
        try await give("李伟", .dispatcher, grids: [])
        try await give("陈刚", grids: ["雪象"])
        #expect(try await names(["南坑一", "南坑二"]) == ["王敏 南坑一", "赵敏 南坑一+南坑二"])
        #expect(try await names(["雪象"]) == ["赵敏 雪象", "陈刚 雪象"])
        #expect(try await names([]) == [])
        let before = try await central.journal.people(in: ["南坑一"])
        try await give("王敏", .viewer, grids: ["南坑一"], isRevoked: true)
        let after = try await central.journal.people(in: ["南坑一"])
        #expect(after.people.map(\.name) == ["赵敏"])
        #expect(after.version > before.version && after.digest != before.digest)
        // What is said of an account survives a restart and a repair.
        try central.interrupted { _ in }
        try await central.journal.pool.write {
            try $0.execute(sql: "UPDATE accesses SET grids = '雪象', department = ''")
        }
        #expect(try await central.scrub().repaired > 0)
        #expect(try await central.journal.people(in: ["南坑一"]) == after)
        let access = try #require(try await central.journal.access(named: "赵敏"))
        #expect(access.assignment.department == "坂田街道市政服务中心" && access.assignment.group == .collector)
    }

    @Test func `Fields describe an assignment`() throws {
        let access = Access(
            name: "赵敏", role: .staff,
            assignment: Assignment(group: .handler, department: "城管科", grids: ["南坑一", "南坑二"]), verifier: "v")
        #expect(Access(fields: access.fields) == access)
        let person = try #require(Person(access, in: ["南坑一", "南坑二", "雪象"]))
        #expect(Access(person) == access)
        var later = person
        later.role = "inspector"
        #expect(Access(later) == nil)
        later.role = "terminal app"
        #expect(Access(later) == nil)
        (later.role, later.group) = ("staff", "drone")
        #expect(Access(later) == nil)
        later.group = ""
        #expect(Access(later) == nil, "staff need a group")
    }

    @Test func `A gateway keeps the newest list of one incarnation, and none of another central node`() async throws {
        func list(_ version: UInt64, _ names: String...) -> PeopleList {
            PeopleList(
                version: version,
                people: names.map {
                    Person(name: $0, role: "staff", group: "handler", department: "", grids: ["南坑一"], verifier: "v")
                })
        }
        let (first, journal) = (central.journal.origin, gateway.journal)
        #expect(try await journal.people(of: first.node) == nil)
        try await journal.keep(list(5, "王敏", "赵敏"), of: first)
        #expect(try await journal.people(of: first.node) == list(5, "王敏", "赵敏"))
        #expect(try await journal.person(named: "王敏", of: first.node)?.grids == ["南坑一"])
        try await journal.keep(list(4, "陈刚"), of: first)
        #expect(try await journal.person(named: "陈刚", of: first.node) == nil)
        // Central revoked somebody. Nobody is left over from the list before.
        try await journal.keep(list(6, "赵敏"), of: first)
        try gateway.interrupted { _ in }
        #expect(try await gateway.journal.person(named: "王敏", of: first.node) == nil)
        #expect(try await gateway.journal.people(of: first.node) == list(6, "赵敏"))
        // Central was put back from a copy.
        let second = Origin(node: first.node, incarnation: Incarnation(77))
        try await gateway.journal.keep(list(2), of: second)
        #expect(try await gateway.journal.people(of: first.node) == list(2))
        // Another central node is another matter.
        let other = Origin(node: NodeID(publicKey: [8]), incarnation: Incarnation(1))
        #expect(try await gateway.journal.people(of: other.node) == nil)
        try await gateway.journal.keep(list(1, "王敏"), of: other)
        #expect(try await gateway.journal.people(of: first.node) == nil)
        #expect(try await gateway.journal.person(named: "王敏", of: first.node) == nil)
        #expect(try await gateway.journal.person(named: "王敏", of: other.node) != nil)
    }

    @Test func `A corrupt row makes another digest, so central sends the list again`() async throws {
        let origin = central.journal.origin
        try await give("赵敏", grids: ["南坑一"])
        let list = try await central.journal.people(in: ["南坑一"])
        try await gateway.journal.keep(list, of: origin)
        #expect(try await gateway.journal.people(of: origin.node)?.digest == list.digest)
        try await gateway.journal.pool.write { try $0.execute(sql: "UPDATE people SET role = 'admin'") }
        #expect(try await gateway.journal.people(of: origin.node)?.digest != list.digest)
    }

    @Test func `More people than a gateway takes are refused, and nothing is stored`() async throws {
        try await enroll("南坑站", 1, grids: ["南坑一", "南坑二"])
        try await enroll("雪象站", 2, grids: ["雪象"])
        for number in 0..<Limits.people {
            try await give("网格员 \(1000 + number)", grids: number % 2 == 0 ? ["南坑一"] : ["南坑二"])
        }
        await #expect(throws: JournalError.tooManyPeople(gateway: "南坑站")) {
            try await give("网格员 2000", grids: ["南坑二"])
        }
        #expect(try await central.journal.access(named: "网格员 2000") == nil)
        try await give("网格员 2000", grids: ["雪象"])
        await #expect(throws: JournalError.tooManyPeople(gateway: "南坑站")) {
            try await enroll("南坑站", 1, grids: ["南坑一", "南坑二", "雪象"])
        }
        #expect(try await central.journal.enrollment(of: NodeID(publicKey: [1]))?.grids == ["南坑一", "南坑二"])
        // Others still get another password, and somebody who goes makes room.
        try await give("网格员 1000", grids: ["南坑一"], verifier: "w")
        try await give("网格员 1001", grids: ["南坑二"], isRevoked: true)
        try await give("网格员 2000", grids: ["南坑二"])
        #expect(try await central.journal.people(in: ["南坑一", "南坑二"]).people.count == Limits.people)
    }

    @Test func `A list is cut by its bytes too, the same way each time`() throws {
        let grids = (0..<Limits.personGrids).map { "网格 \($0) " + String(repeating: "a", count: 200) }
        let accesses = (0..<50).map { number in
            Access(
                name: "网格员 \(100 + number)", role: .staff, assignment: Assignment(group: .handler, grids: grids),
                verifier: "v")
        }
        let (list, isWhole) = PeopleList.of(accesses, in: Set(grids), version: 1)
        #expect(!isWhole && (1..<50).contains(list.people.count))
        #expect(list == PeopleList.of(accesses.reversed(), in: Set(grids), version: 1).list)
        let frame = MessageEncoder.encode(.people(list))
        #expect((Limits.peopleBytes / 2...Limits.peopleBytes).contains(frame.count))
    }

    @Test func `A new terminal gets no name of a person`() async throws {
        let origin = central.journal.origin
        try await give("赵敏", grids: ["南坑一"])
        try await gateway.journal.keep(try await central.journal.people(in: ["南坑一"]), of: origin)
        let terminal = Access(name: "赵敏", role: .terminal(channel: "app"), verifier: "sha256:00")
        await #expect(throws: JournalError.nameTaken("赵敏")) {
            try await gateway.journal.give(terminal, isNew: true, account: "Added.", author: "root", stamp: .unknown)
        }
    }
}
