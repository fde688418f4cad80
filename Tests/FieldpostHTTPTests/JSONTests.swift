import FieldpostAPI
import Foundation
import NIOCore
import Testing

@testable import FieldpostHTTP

@Suite struct JSONTests {
    @Test(arguments: [
        ("{\"channel\":\"terminal\",}", 21), ("{,}", 1), ("[1,]", 2), ("{\"a\" 1}", 5), ("{\"a\":1 \"b\":2}", 7),
        ("{a:1}", 1),
        ("{'a':1}", 1), ("{\"a\":'b'}", 5), ("{\"a\":01}", 6), ("{\"a\":-}", 6), ("{\"a\":+1}", 5), ("{\"a\":.5}", 5),
        ("{\"a\":1.}", 7), ("{\"a\":1e}", 7), ("{\"a\":0x1}", 6), ("{\"a\":NaN}", 5), ("{\"a\":Infinity}", 5),
        ("{\"a\":-Infinity}", 6), ("{\"a\":True}", 5), ("{\"a\":nul}", 5), ("{\"a\":undefined}", 5), ("/* x */{}", 0),
        ("{} // x", 3), ("{}{}", 2), ("{\"a\":1", 6), ("{\"a\":\"b", 7), ("", 0), (" ", 1), ("{\"a\":\"\n\"}", 6),
        ("{\"a\":\"\t\"}", 6), ("{\"a\":\"\\x\"}", 6), ("{\"a\":\"\\u12g4\"}", 6), ("{\"a\":\"\\u\"}", 6),
        ("{\"\\ud800\":1}", 1),
        ("{\"a\":\u{A0}1}", 5), ("]", 0), ("{\"a\":[}", 6),
    ])
    func `text that RFC 8259 does not allow is refused with its position`(text: String, position: Int) {
        let error = #expect(throws: JSONReader.Malformed.self) { try JSONReader.read(Array(text.utf8)) }
        #expect(error?.position == position, "\(error?.reason ?? "")")
    }

    @Test(arguments: [
        "{}", " { } ", "[]", "\"\"", "0", "-0", "-0.0e-0", "1e999", "1E+2", "null", "\"\\u0000\\ud83d\\ude00\\/\"",
        "[[[[1]]], {\"a\": {\"a\": null}}]", "\u{FEFF}{}", "\"\u{7F}\u{2028}\"",
    ])
    func `JSON of RFC 8259 is read as Foundation reads it`(text: String) throws {
        let (node, repeated) = try JSONReader.read(Array(text.utf8))
        #expect(repeated.isEmpty)
        guard text != "1e999" else {
            #expect(node == .number("1e999") && node.double == nil)
            return
        }
        let ours = try JSONEncoder().encode(["a": node])
        let bare = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        let theirs = try JSONSerialization.jsonObject(with: Data("{\"a\": \(bare)}".utf8))
        #expect(try JSONSerialization.jsonObject(with: ours) as? NSDictionary == theirs as? NSDictionary)
    }

    @Test func `half a surrogate pair is not a text, and the rest is still read`() throws {
        let (node, _) = try JSONReader.read(
            Array("{\"a\":\"\\ud83d\\u0041\",\"b\":\"\\ude00\",\"c\":\"\\ud83d\\ude00\"}".utf8))
        #expect(node == .object(["a": .text(nil), "b": .text(nil), "c": .text("😀")]))
    }

    @Test func `nesting is limited before the stack ends`() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = { (count: Int) in
                String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
            }
            #expect(throws: Never.self) { try JSONReader.read(Array(deep(32).utf8)) }
            #expect(throws: JSONReader.Malformed.self) { try JSONReader.read(Array(deep(33).utf8)) }
            #expect(throws: JSONReader.Malformed.self) { try JSONReader.read(Array(deep(40_000).utf8)) }
        }
    }

    @Test func `faults are kept up to the limit of an answer, and long names are shortened`() throws {
        let many = "{" + (0..<5_000).map { "\"a\":\($0)" }.joined(separator: ",") + "}"
        #expect(try JSONReader.read(Array(many.utf8)).repeated.count == Problem.shownFaults)
        var object = JSONObject()
        for number in 0..<5_000 { object.append("key \(number)", .null) }
        #expect(ObjectReader(object).unknown.count == Problem.shownFaults)
        // One character, as Unicode counts them.
        let long = "e" + String(repeating: "\u{301}", count: 50_000)
        let fault = try #require(try JSONReader.read(Array("{\"\(long)\":1,\"\(long)\":2}".utf8)).repeated.first)
        #expect(fault.detail.utf8.count < 300 && (fault.pointer ?? "").utf8.count < 300)
        let name = String(long.unicodeScalars.prefix(900))
        let deep = String(repeating: "{\"\(name)\":", count: 31)
        let nested = try JSONReader.read(
            Array((deep + "{\"a\":1,\"a\":2}" + String(repeating: "}", count: 31)).utf8)
        ).repeated
        #expect(nested.count == 1 && (nested[0].pointer ?? "").unicodeScalars.count <= Problem.pointerScalars + 1)
    }

    @Test func `a zero byte is reported, and other bytes as invalid UTF-8`() throws {
        struct Nothing: BodyContent { init(_ reader: inout ObjectReader) {} }
        for (bytes, words) in [
            (Array("{\"a\":\0}".utf8), "a zero byte at byte 5"), ([0x7B, 0x00, 0x7D, 0x00], "a zero byte at byte 1"),
            ([0x7B, 0xFF, 0x7D], "not UTF-8"), (Array("{} \"".utf8) + [0xE4, 0xB8], "not UTF-8"),
            (Array("{\"a\":\"".utf8) + [0xE4, 0xB8] + Array("\",}".utf8), "not UTF-8"),
            (Array("{\"a\":\"\\ud83d".utf8) + [0xC0, 0x80] + Array("\"}".utf8), "not UTF-8"),
            // The bytes around half a pair are no character together.
            (Array("{\"a\":\"".utf8) + [0xE2, 0x82] + Array("\\ud800".utf8) + [0xAC] + Array("\"}".utf8), "not UTF-8"),
            (Array("{\"a\":\"\0\",}".utf8), "a zero byte at byte 6"),
        ] {
            let problem = #expect(throws: Problem.self) { try JSONBody.decode(Nothing.self, bytes) }
            #expect(problem?.kind == .malformedJSON && problem?.detail.contains(words) == true)
        }
    }

    @Test func `a repeated key is found among few and many, and its first value counts`() throws {
        for count in [1, 15, 16, 17, 40] {
            let members = (0..<count).map { "\"k\($0)\":\($0)" } + ["\"k0\":\"again\""]
            let (node, repeated) = try JSONReader.read(Array("{\(members.joined(separator: ","))}".utf8))
            guard case .object(let object) = node else { return #expect(Bool(false), "no object") }
            #expect(object.members.count == count && object[0].value == .number("0"))
            #expect(repeated.map(\.pointer) == ["/k0"])
        }
    }

    @Test func `JSON is written as Foundation writes it`() throws {
        struct Sample: Encodable {
            var texts = ["", "a/b \"\\", "\u{0}\u{1F}\n\r\t\u{8}\u{C}\u{7F}", "楼道内 e\u{301} 😀\u{2028}"]
            var numbers = [0.0, -0.0, 1, 0.1, 22.543096, 1e22, 1e-7, -123_456_789.25, .leastNonzeroMagnitude]
            var integers: [Int64] = [0, -1, .max, .min]
            var large = UInt64.max
            var small: [UInt8?] = [0, nil, 255]
            var flags = [
                "yes": true, "no": false, "Ab": true, "a_b": true, "a": false, "e\u{301}": true, "é2": false,
                "fi": true,
            ]
            var nothing: Int?
            var empty: [String: [Int]] = [:]
            var deep = ["b": [["d": 1, "c": 2], [:]], "a": []]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(
            String(buffer: try JSON.encode(Sample())) == String(decoding: try encoder.encode(Sample()), as: UTF8.self))
        for text in [#"{"b":[1,2.5,-0,1e999,true,null,"x"],"a":{"z":{},"y":[]}}"#, "\"only\"", "17"] {
            let (node, _) = try JSONReader.read(Array(text.utf8))
            #expect(String(buffer: try JSON.encode(node)) == String(decoding: try encoder.encode(node), as: UTF8.self))
        }
        #expect(throws: EncodingError.self) { try JSON.encode([Double.nan]) }
    }

    @Test func `base64 agrees with Foundation, and each value has one text`() {
        for count in 0...9 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 83 + 250) }
            let text = Data(bytes).base64EncodedString().replacing("=", with: "")
            #expect(Base64.standard.encode(bytes) == text && Base64.standard.decode(text.utf8) == bytes)
            let url = text.replacing("+", with: "-").replacing("/", with: "_")
            #expect(Base64URL.encode(bytes) == url && Base64URL.decode(url) == bytes)
        }
        for text in ["A", "AB", "AAB", "AAAAA", "AA==", "A A", "AA+A", "Á"] {
            #expect(Base64URL.decode(text) == nil, "\(text)")
        }
    }

    @Test func `a trailing comma is malformed JSON to every route, and a byte order mark is not`() async throws {
        try await withAPI { api in
            let path = try await api.report()
            for answer in [
                try await api.post("/v1/reports", #"{"channel":"terminal",}"#),
                try await api.patch(path, #"{"text":"x",}"#), try await api.post(path + "/notes", #"{"text":"x",}"#),
            ] {
                #expect(answer.status == 400)
                #expect(answer.problem == "malformed-json")
                #expect(answer.text("detail")?.contains("there is a comma before a closing bracket") == true)
            }
            #expect(try await api.post("/v1/reports", "\u{FEFF}{\"channel\":\"terminal\"}").status == 201)
        }
    }
}
