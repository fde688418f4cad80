import Testing

/// The house style, kept by a test.
struct StyleTests {
    let tree: [SourceFile]

    init() throws { tree = try SourceFile.tree() }

    @Test func `the tree is found`() {
        #expect(tree.contains { $0.path == "Sources/FieldpostCore/Limits.swift" })
        #expect(tree.contains { $0.path.hasPrefix("Tests/FieldpostStyleTests/") })
    }

    @Test func `no line is too long`() { #expect(tree.flatMap(Rules.lineLength) == []) }

    @Test func `no file is too long`() { #expect(tree.flatMap(Rules.fileLength) == []) }

    @Test func `no banned call is made`() {
        let others = tree.filter { !$0.path.hasPrefix("Tests/FieldpostStyleTests/") }
        #expect(others.flatMap(Rules.bannedCalls) == [])
    }

    @Test func `every unchecked Sendable has its proof beside it`() {
        let others = tree.filter { !$0.path.hasPrefix("Tests/FieldpostStyleTests/") }
        #expect(others.flatMap(Rules.unprovenSendable) == [])
    }

    @Test func `nothing is left for later`() {
        let others = tree.filter { !$0.path.hasPrefix("Tests/FieldpostStyleTests/") }
        #expect(others.flatMap(Rules.unfinishedNotes) == [])
    }

    @Test func `terms that were replaced stay away`() { #expect(tree.flatMap(Words.outdated) == []) }

    @Test(arguments: ["README.md", "Protocol/PROTOCOL.md", "Protocol/RELIABILITY.md", "Protocol/SECURITY.md",
        "Protocol/HANDLING.md", "Protocol/WEBHOOKS.md",
    ])
    func `headings use the terms of today`(path: String) throws {
        let headings = try SourceFile.text(of: path).split(separator: "\n").filter { $0.hasPrefix("#") }
        #expect(!headings.isEmpty)
        #expect(headings.flatMap(Words.outdated(in:)) == [])
    }

    @Test func `names of the API use the terms of today`() throws {
        let lines = try SourceFile.text(of: "Protocol/openapi.yaml").split(separator: "\n")
        let names = lines.compactMap { line in line.firstIndex(of: ":").map { line[..<$0] } }
        #expect(names.flatMap(Words.outdated(in:)) == [])
    }

    @Test func `every metric in the list is recorded somewhere`() throws {
        let names = try #require(tree.first { $0.path.hasSuffix("FieldpostCore/Metrics/MetricName.swift") })
        let cases = names.lines.compactMap { line in
            line.firstMatch(of: /^ +case (\w+) = "[a-z_]+"/).map { String($0.1) }
        }
        #expect(cases.count > 10)
        let recorded = tree.filter { file in
            file.path.contains("Sources/") && !file.path.contains("FieldpostCore/Metrics/")
        }.flatMap(\.lines).joined(separator: "\n")
        for name in cases {
            let places = ["MetricName.\(name).rawValue", "MetricSample(.\(name),", "add(.\(name),"]
            let isSampled = try recorded.contains(Regex("MetricSample\\(\\s*\\.\(name),"))
            #expect(isSampled || places.contains { recorded.contains($0) }, "\(name)")
        }
    }

    @Test func `each target imports only what its room may`() { #expect(tree.flatMap(Rules.imports) == []) }

    @Test func `only the tests of a program import it`() { #expect(tree.flatMap(Rules.borrowedPrograms) == []) }

    @Test func `only the journal proves that something is durable`() {
        let others = tree.filter { !$0.path.hasPrefix("Tests/FieldpostStyleTests/") }
        #expect(others.flatMap(Rules.forgedProofs) == [])
        let journal = tree.filter { $0.target == "FieldpostJournal" }.flatMap(\.code)
        #expect(journal.contains { $0.contains("(afterCommitOf: ") })
    }
}

/// Each rule finds what it is for, and passes what is allowed.
struct RuleTests {
    private func file(_ text: String, in target: String = "FieldpostNode") -> SourceFile {
        SourceFile(path: "Sources/\(target)/Example.swift", text: text)
    }

    @Test func `a line of 121 characters is too long`() {
        #expect(Rules.lineLength(file(String(repeating: "字", count: 120))) == [])
        #expect(Rules.lineLength(file("\n" + String(repeating: "x", count: 121))).count == 1)
    }

    @Test func `a file of 401 lines is too long, unless it is generated`() {
        #expect(Rules.fileLength(file(String(repeating: "\n", count: 400))) == [])
        #expect(Rules.fileLength(file(String(repeating: "\n", count: 401))).count == 1)
        #expect(Rules.fileLength(file("// DO NOT EDIT.\n" + String(repeating: "\n", count: 401))) == [])
    }

    @Test(arguments: [
        "let a = try! b()", "let a = b as! C", "Task.detached { }", "Thread.sleep(forTimeInterval: 1)", "usleep(1)",
        "print(1)", "public struct A {}", "fatalError()",
    ])
    func `a banned call is found`(line: String) { #expect(Rules.bannedCalls(file(line)).count == 1) }

    @Test(arguments: ["let laterLife = 1", "\"the lobby\"", "case recalled", "entries_rotten", "isEnrolment"])
    func `a replaced term is found in names and texts`(line: String) {
        #expect(Words.outdated(in: file(line)).count == 1)
    }

    @Test(arguments: ["let lifetime = 1", "// a life", "plane", "enrolled", "enrollment", "exact"])
    func `what only holds its letters is passed`(line: String) { #expect(Words.outdated(in: file(line)) == []) }

    @Test(arguments: ["fingerprint(1)", "// try! never", "let a = try b()", "debug.print(a)"])
    func `what only looks like one is passed`(line: String) { #expect(Rules.bannedCalls(file(line)) == []) }

    @Test func `the commands may print`() {
        #expect(Rules.bannedCalls(file("print(1)", in: "fieldpost")) == [])
    }

    @Test func `an unchecked Sendable needs a comment`() {
        let type = "final class A: @unchecked Sendable {}"
        #expect(Rules.unprovenSendable(file(type)).count == 1)
        #expect(Rules.unprovenSendable(file("// Proof.\n" + type)) == [])
        #expect(Rules.unprovenSendable(file(type + "  // Proof.")) == [])
    }

    @Test func `a note for later is found in a comment too`() {
        #expect(Rules.unfinishedNotes(file("// TODO: more")).count == 1)
        #expect(Rules.unfinishedNotes(file("// FIXME")).count == 1)
        #expect(Rules.unfinishedNotes(file("// to do")) == [])
    }

    @Test(arguments: [
        ("FieldpostCore", "import Foundation"), ("FieldpostCore", "import FieldpostWire"),
        ("FieldpostAPI", "import FieldpostCore"), ("FieldpostClient", "import FieldpostNode"),
        ("FieldpostSync", "import NIOCore"), ("FieldpostMedia", "import Foundation"),
        ("FieldpostStore", "import Foundation"), ("FieldpostStore", "import FieldpostJournal"),
        ("FieldpostSession", "import FieldpostJournal"), ("FieldpostNode", "import FieldpostJournal"),
        ("FieldpostHTTP", "import FieldpostJournal"), ("FieldpostNode", "import FieldpostBlobs"),
        ("FieldpostWire", "package import FieldpostSync"), ("FieldpostJournal", "import FieldpostWire"),
        ("FieldpostTransport", "import GRDB"), ("FieldpostNode", "import FieldpostHTTP"),
        ("FieldpostHTTP", "@preconcurrency import FieldpostTransport"), ("FieldpostGateway", "import FieldpostCentral"),
        ("FieldpostCentral", "import struct FieldpostGateway.A"), ("fieldpost", "import GRDB"),
        ("FieldpostOther", "import FieldpostCore"),
    ])
    func `an import against the arrows is found`(target: String, line: String) {
        #expect(Rules.imports(file(line, in: target)).count == 1)
    }

    @Test(arguments: [
        ("FieldpostCore", "package import Crypto"), ("FieldpostWire", "import CZlib"),
        ("FieldpostJournal", "import GRDB"), ("FieldpostHTTP", "package import FieldpostAPI"),
        ("FieldpostFleet", "import FieldpostClient"),
        ("FieldpostHTTP", "import Hummingbird"), ("FieldpostGateway", "import FieldpostHTTP"),
        ("FieldpostCore", "/// They import Foundation elsewhere."),
    ])
    func `an import along the arrows is passed`(target: String, line: String) {
        #expect(Rules.imports(file(line, in: target)) == [])
    }

    @Test func `a program that other tests borrow from is found`() {
        let line = "@testable import fieldpost"
        let places = ["FieldpostCommandTests/A.swift", "FieldpostRigTests/A.swift", "TestKit/A.swift"]
        let found = places.map { Rules.borrowedPrograms(SourceFile(path: "Tests/\($0)", text: line)).count }
        #expect(found == [0, 1, 1])
    }

    @Test func `a proof of durability that another room makes is found`() {
        let call = "let head = DurableHead(afterCommitOf: Head())"
        #expect(Rules.forgedProofs(file(call)).count == 1)
        #expect(Rules.forgedProofs(file(call, in: "FieldpostJournal")) == [])
        #expect(Rules.forgedProofs(file("// " + call)) == [])
        let declaration = "    package init(afterCommitOf head: Head) { self.head = head }"
        #expect(Rules.forgedProofs(file(declaration, in: "FieldpostStore")) == [])
    }

    @Test func `every room has its list`() throws {
        let targets = Set(try SourceFile.tree().compactMap(\.target))
        #expect(targets.isSubset(of: Rooms.allowedImports.keys))
    }
}
