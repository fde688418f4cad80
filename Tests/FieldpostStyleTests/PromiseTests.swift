import Foundation
import Testing

/// Each promise names the test that shows it.
struct PromiseTests {
    private let tree: [SourceFile]
    private let tests: Set<Promises.Proof>

    init() throws {
        tree = try SourceFile.tree()
        tests = Promises.tests(in: tree)
    }

    private func document(_ name: String) throws -> Promises {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return Promises(document: try String(contentsOfFile: root.path + "/Protocol/" + name, encoding: .utf8))
    }

    @Test func `each line of the table of losses names its test`() throws {
        let rows = try document("RELIABILITY.md").rows(
            under: ["what happens", "what is lost", "what people see", "shown by"])
        #expect(rows.count >= 5)
        #expect(Promises.defects(of: rows, in: tests) == [])
    }

    @Test func `each thing that an attacker cannot do names its test`() throws {
        let security = try document("SECURITY.md")
        let rows = security.rows(under: ["attacker", "cannot", "shown by"])
        #expect(rows.count >= 20)
        #expect(Promises.defects(of: rows, in: tests) == [])
        let attackers = security.rows(under: ["attacker", "can"]).map { $0.cells[0] }
        #expect(attackers.count >= 8)
        for attacker in attackers {
            #expect(rows.contains { $0.cells[0] == attacker }, "nothing is said that \(attacker) cannot do")
        }
    }

    @Test func `each rig that the table of faults names is there`() throws {
        let rows = try document("RELIABILITY.md").rows(
            under: ["fault", "rig (Tests/…)", "trials, short", "long", "last long result"])
        #expect(rows.count >= 15)
        let suites = Set(tests.map(\.suite))
        let named = rows.flatMap { $0.cells[1].matches(of: /\w+(?:Rig|Tests)\b/).map { String($0.output) } }
            .filter { !$0.hasPrefix("Fieldpost") }
        #expect(named.count >= rows.count - 1)
        #expect(named.filter { !suites.contains($0) } == [])
    }
}

/// The tables are really read.
struct PromiseTableTests {
    private static let table = """
        text
        | attacker | cannot | shown by |
        |---|---|---|
        | one | steal | `DoorTests`: *The door is shut* |
        | two | look | |
        | three | both | `DoorTests`: *The door is shut*; `WindowTests`: *It is shut* |

        | other | table |
        """
    private static let source = SourceFile(
        path: "Tests/A/DoorTests.swift",
        text: """
            struct DoorTests {
                @Test(arguments: [1]) func `The door is shut`(number: Int) {}
                func `No test`() {}
            }
            """)

    @Test func `a line without a test, and one whose test is not there, are found`() {
        let rows = Promises(document: Self.table).rows(under: ["attacker", "cannot", "shown by"])
        #expect(rows.count == 3)
        let tests = Promises.tests(in: [Self.source])
        #expect(tests == [Promises.Proof(suite: "DoorTests", name: "The door is shut")])
        let defects = Promises.defects(of: rows, in: tests)
        #expect(defects.count == 2)
        #expect(defects.first == "“two | look” names no test")
        #expect(defects.last?.contains("WindowTests: It is shut") == true)
    }
}
