import Testing

@testable import fieldpost

@Suite struct CSVTests {
    private func read(_ text: String) -> [[String: String]]? {
        CSVDocument(bytes: Array(text.utf8)).map { document in document.records.map(document.cells) }
    }

    @Test func `Quotes, commas and line breaks in cells are read; empty lines and a byte order mark are ignored`() {
        let text = "\u{FEFF}a,b\r\n\"x, \"\"y\"\"\",\"two\r\nlines\"\r\n\r\n站,\r\nlast,1"
        #expect(
            read(text) == [["a": "x, \"y\"", "b": "two\r\nlines"], ["a": "站", "b": ""], ["a": "last", "b": "1"]])
    }

    @Test func `Lines are counted through line breaks in cells`() {
        let document = CSVDocument(bytes: Array("a,b\n\"1\n2\",x\n\n3,y\n".utf8))
        #expect(document?.records.map(\.line) == [2, 5])
    }

    @Test func `A stray quote costs its own line and no other`() {
        let document = CSVDocument(bytes: Array("a,b\n1,\"open\n2,x\n3,\"y\"\n4,\"z\"tail\n5,w\n".utf8))
        #expect(
            document?.records.map(\.defect) == [
                "has text after a closing quote", nil, nil, "has text after a closing quote", nil,
            ])
        #expect(document?.records.map(\.line) == [2, 3, 4, 5, 6])
    }

    @Test func `A quote that is never closed costs its own line and no other`() {
        let document = CSVDocument(bytes: Array("a,b\n1,\"open\n2,x\n".utf8))
        #expect(document?.records.map(\.defect) == ["has a quote that is never closed", nil])
    }

    @Test func `Too few cells, too many, and bytes that are not text are reported`() {
        var bytes = Array("a,b\n1\n1,2,3\n".utf8)
        bytes += [0xFF, UInt8(ascii: ","), UInt8(ascii: "x"), UInt8(ascii: "\n")] + Array("4,5\n".utf8)
        #expect(
            CSVDocument(bytes: bytes)?.records.map(\.defect) == [
                "has 1 cell but the header has 2", "has 3 cells but the header has 2", "is not UTF-8 text", nil,
            ])
    }

    @Test func `An endless quoted cell is abandoned at a limit`() {
        let text = "a,b\n1,\"" + String(repeating: "x", count: 300_000) + "\"\n2,y\n"
        #expect(CSVDocument(bytes: Array(text.utf8))?.records.map { $0.defect == nil } == [false, true])
    }

    @Test func `Without a header there is no document`() {
        #expect(CSVDocument(bytes: []) == nil)
        #expect(CSVDocument(bytes: [0xFF, 0xFE, 0x41]) == nil)
    }
}
