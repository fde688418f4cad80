import Testing

@testable import FieldpostHTTP

/// The head alone, without a socket.
@Suite struct RequestHeadTests {
    private func head(_ text: String) throws(Problem) -> RequestHead { try RequestHead(Array(text.utf8)) }

    @Test func `a head is passed on in a normal form, without the fields of the connection`() throws {
        let given = try head(
            "GET http://a/v1/%72eports?x=%41 HTTP/1.1\r\nhOST:a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: x\r\nTE: trailers\r\nAccept:  a , b\t\r\nKeep-Alive: 5")
        #expect(
            String(decoding: given.bytes, as: UTF8.self)
                == "GET /v1/reports?x=%41 HTTP/1.1\r\nhost: a\r\naccept: a , b\r\nconnection: close\r\n\r\n")
        #expect(try RequestHead(given.bytes.dropLast(4)).bytes == given.bytes)
    }

    @Test func `the normal form is read strictly again`() throws {
        for clause in ClauseTests.reading + ClauseTests.writing {
            let text = String(decoding: clause.steps[0].bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n"), let given = try? head(String(text[..<end.lowerBound]))
            else { continue }
            // A request of HTTP/1.0 is passed on as HTTP/1.1, which requires more.
            if given.isOld { continue }
            let again = try RequestHead(given.bytes.dropLast(4))
            #expect(again.bytes == given.bytes && again.framing == given.framing, "\(clause.name)")
        }
    }

    @Test(arguments: 1...8) func `a random head is refused, or read the same again`(seed: UInt64) {
        var state = seed
        func random(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let heads = (ClauseTests.reading + ClauseTests.writing).map { clause in
            let text = String(decoding: clause.steps[0].bytes.prefix(400), as: UTF8.self)
            return Array((text.firstRange(of: "\r\n\r\n").map { String(text[..<$0.lowerBound]) } ?? text).utf8)
        }
        var taken = 0
        for _ in 0..<3_000 {
            var bytes = heads[random(heads.count)]
            for _ in 0..<(1 + random(3)) where !bytes.isEmpty {
                let place = random(bytes.count)
                switch random(3) {
                case 0: bytes[place] = UInt8(random(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: heads[random(heads.count)].prefix(random(40)), at: place)
                }
            }
            guard let head = try? RequestHead(bytes), !head.isOld else { continue }
            taken += 1
            #expect((try? RequestHead(head.bytes.dropLast(4)))?.bytes == head.bytes, "seed \(seed): \(bytes)")
        }
        #expect(taken > 0)
    }

    @Test(arguments: [
        "Content-Length: 1 2", "Content-Length: 1\t2", "Content-Length: 12, 1 2", "Content-Length: 1\u{A0}",
        "Transfer-Encoding: chun ked", "Transfer-Encoding: c hunked", "Transfer-Encoding: chun\u{212A}ed",
        "Transfer-Encoding: chunked, \u{301}", "Transfer-Encoding: chunked\u{A0}",
    ])
    func `inner spaces, and letters that look like ASCII, make no framing`(field: String) {
        for version in ["1.1", "1.0"] {
            let problem = #expect(throws: Problem.self) { try head("POST / HTTP/\(version)\r\nHost: a\r\n\(field)") }
            #expect(problem?.kind == .badRequest)
        }
    }

    @Test func `a field is compared in ASCII, and invalid UTF-8 is refused`() throws {
        func given(_ field: String, _ version: String = "1.1") throws -> RequestHead {
            try head("GET / HTTP/\(version)\r\nHost: a\r\n\(field)")
        }
        #expect(try given("Connection: x ,\tCLOSE ").closes)
        #expect(try !given("Connection: clo se").closes)
        #expect(try !given("Connection: Keep-Alive", "1.0").closes)
        #expect(try given("Connection: \u{212A}eep-alive", "1.0").closes)
        #expect(throws: Problem.self) { try given("Expect: 100- continue") }
        for bytes: [UInt8] in [[0xFF], [0xC3, 0x28], [0xE4, 0xB8], [0xED, 0xA0, 0x80], [0xC0, 0xAF]] {
            let problem = #expect(throws: Problem.self) {
                try RequestHead(Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + bytes)
            }
            #expect(problem?.kind == .badRequest)
        }
        #expect(String(decoding: try given("X: 坪山").bytes, as: UTF8.self).contains("x: 坪山\r\n"))
    }

    @Test(arguments: [
        ("Content-Length: 5, 5", RequestHead.Framing.length(5)), ("Content-Length: 0", .length(0)),
        ("Transfer-Encoding: CHUNKED", .chunked), ("X: y", .none),
    ])
    func `the framing of a body is known`(field: String, framing: RequestHead.Framing) throws {
        #expect(try head("POST / HTTP/1.1\r\nHost: a\r\n\(field)").framing == framing)
    }
}
