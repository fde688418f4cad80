import FieldpostClient
import FieldpostCore
import Foundation
import TestKit
import Testing

@testable import fieldpost

/// Which rows of a file become the same report in a later import.
@Suite struct ImportIdentityTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func source(_ name: String, _ text: String, source: String? = nil) throws -> ReportSource {
        try ReportSource.open(path: try directory.file(name, text), source: source)
    }

    private func ids(_ source: ReportSource) -> [ReportID] {
        source.compactMap { if case .report(let report) = $0 { report.id } else { nil } }
    }

    private static let rows = "id,channel,text\n1,app,井盖\n2,app,路灯\n"

    @Test func `A file that is renamed, saved differently or reordered gives the same reports`() throws {
        let first = ids(try source("a.csv", Self.rows))
        #expect(Set(first).count == 2)
        #expect(ids(try source("b.csv", Self.rows)) == first)
        let bytes = "\u{FEFF}" + Self.rows.replacing("\n", with: "\r\n")
        #expect(ids(try source("c.csv", bytes)) == first)
        #expect(ids(try source("d.csv", "text,id,channel\n路灯,2,app\n\n\"井盖\",1,app\n")) == first.reversed())
        #expect(ids(try source("e.csv", "id,channel,text,grid\n1,app,井盖,\n2,app,路灯,\n")) == first)
    }

    @Test func `Files with the same name and numbering give different reports`() throws {
        let monday = ids(try source("export.csv", Self.rows))
        let tuesday = ids(try source("export.csv", "id,channel,text\n1,app,积水\n2,app,路灯\n"))
        #expect(tuesday[0] != monday[0] && tuesday[1] == monday[1])
    }

    @Test func `A named source identifies its rows by their ids alone`() throws {
        let first = ids(try source("a.csv", Self.rows, source: "12345"))
        #expect(ids(try source("b.csv", Self.rows.replacing("井盖", with: "积水"), source: "12345")) == first)
        #expect(Set(ids(try source("a.csv", Self.rows, source: "12319")) + first).count == 4)
        #expect(Set(ids(try source("a.csv", Self.rows)) + first).count == 4)
    }

    @Test func `The identity of a row depends on the columns and ends of its cells`() {
        let contents = [
            ["a": "b"], ["b": "a"], ["a": "b", "c": "d"], ["a": "bc", "d": ""], ["ab": "c"], ["a": "1 c 1 d"], [:],
        ].map(ReportIdentity.content)
        #expect(Set(contents).count == contents.count)
    }

    @Test func `Duplicate rows are reported with both lines, and sent once`() throws {
        let uuid = "0190A3C4-5d6e-4f70-8192-a3b4c5d6e7f8"
        let twice = try source(
            "a.csv",
            Self.rows + "1,app,井盖\n3,app,x\n1,app,井盖\n\(uuid),app,y\n\(uuid.lowercased()),app,y\n")
        let rows = twice.repeatedRows
        #expect(rows.same.map { "\($0.row) \($0.first) \($0.again)" }.prefix(2) == ["1 2 4", "1 2 6"])
        #expect(rows.same.map(\.again) == [4, 6, 8] && rows.different.isEmpty)
        let sent = try twice.withoutRepetitions(rows, path: "a.csv")
        #expect(ids(sent).count == 4 && Set(ids(sent)).count == 4)
        #expect(sent[2] == .repeated(line: 4))
        #expect(
            ImportText.repetitions(rows, file: "a.csv").hasPrefix(
                "a.csv:4: has the same content as line 2 (id 1). Both are one report.\n"))
    }

    @Test(arguments: [nil, "12345"])
    func `One id with two contents stops the import before anything is sent, unless allowed`(
        name: String?
    ) throws {
        let text = Self.rows + "1,terminal,积水\n2,app,路灯\n1,app,井盖\n"
        let mixed = try source("a.csv", text, source: name)
        let rows = mixed.repeatedRows
        let expected = RepeatedRows.Pair(row: "1", first: 2, again: 4, columns: ["channel", "text"])
        #expect(rows.different == [expected] && rows.same.map(\.again) == [5, 6])
        #expect(throws: ReportSourceError.reusedIDs(path: "a.csv", first: expected, count: 1)) {
            try mixed.withoutRepetitions(rows, path: "a.csv")
        }
        #expect(
            ImportText.repetitions(rows, file: "a.csv").contains(
                "a.csv:4: has the id 1 of line 2, but differs in column channel, text.\n"))
        let taken = ids(mixed.distinguishing(rows))
        #expect(Set(taken).count == 3)
        // Without the name of a source, in any order.
        let turned = try source("b.csv", "id,channel,text\n1,terminal,积水\n1,app,井盖\n2,app,路灯\n", source: name)
        #expect((Set(ids(turned.distinguishing(turned.repeatedRows))) == Set(taken)) == (name == nil))
    }

    @Test(arguments: [nil, "12345"])
    func `Rows with reused ids are not duplicated when a file is shortened or extended`(
        name: String?
    ) throws {
        let uuid = "0190a3c4-5d6e-4f70-8192-a3b4c5d6e7f8"
        let lines = ["1,app,井盖", "\(uuid),app,路灯", "1,app,积水", "\(uuid),app,塌陷", "1,app,井盖", "3,app,x"]
        var known: [ReportID] = []
        for count in 1...lines.count {
            let text = "id,channel,text\n" + lines.prefix(count).joined(separator: "\n") + "\n"
            let part = try source("a.csv", text, source: name)
            let whole = try source("b.csv", "id,channel,text\n\(lines.joined(separator: "\n"))\n", source: name)
            let sent = ids(part.distinguishing(part.repeatedRows))
            #expect(Array(sent.prefix(known.count)) == known && Set(sent).count == sent.count)
            let limited = whole.limited(to: count)
            #expect(ids(limited.distinguishing(limited.repeatedRows)) == sent)
            known = sent
        }
        #expect(known.count == 5 && known.contains { $0.description == uuid })
    }

    @Test(.timeLimit(.minutes(3))) func `Many rows with one id cost no more than many with different ids`() {
        var groups = RowGroups()
        #expect(groups.add(key: 1, content: 0, line: 2, index: 0) == .new)
        let count = 300_000
        let isTold = (1...count).allSatisfy {
            groups.add(key: 1, content: UInt128($0), line: $0 + 2, index: $0) == .other(first: 0, line: 2)
        }
        #expect(isTold)
        #expect(groups.add(key: 1, content: UInt128(count), line: 9, index: 9) == .same(line: count + 2))
        #expect(groups.add(key: 2, content: 0, line: 10, index: 10) == .new)
    }

    @Test func `When there are many repetitions, only their number is printed`() throws {
        let text = "id,channel\n" + String(repeating: "1,app\n", count: 1_000)
        let lines = ImportText.repetitions(try source("a.csv", text).repeatedRows, file: "a.csv").split(separator: "\n")
        #expect(lines.count == 21 && lines[20] == "a.csv: … and 979 more such lines.")
    }

    @Test func `A community's rows keep their locations, whatever the file's name is`() throws {
        _ = try directory.file("taxonomy_pingshan_map.csv", SampleRows.map)
        let text = SampleRows.pingshanHeader + "\r\n" + SampleRows.pingshan("9148") + "\r\n"
        let made = try ["a.csv", "b.csv"].map { try source($0, text)[0] }
        #expect(made[0] == made[1])
    }
}
