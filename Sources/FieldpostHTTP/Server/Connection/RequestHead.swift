import FieldpostCore

/// The head of one HTTP/1 request, read strictly (RFC 9112) before NIO's parser gets it. What two readers could
/// understand in two ways is refused. What has no meaning here is removed.
struct RequestHead: Hashable {
    /// The length of the body (RFC 9112, section 6.3).
    enum Framing: Hashable {
        case none
        case length(Int)
        case chunked
    }

    struct Field: Hashable {
        /// In lower case.
        let name: String
        let value: String
    }

    let method: String
    /// In origin form, without percent-encoding of unreserved characters. `*` for the whole server.
    let target: String
    /// HTTP/1.0, which knows neither chunks nor interim answers.
    let isOld: Bool
    let framing: Framing
    /// The client wants no other answer on this connection.
    let closes: Bool
    /// The client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool
    private let fields: [Field]

    /// `bytes`: the request line and the field lines, without the empty line after them. Throws the problem for the
    /// client.
    init(_ bytes: some Sequence<UInt8>) throws(Problem) {
        let bytes = Array(bytes)
        let lines = try Self.lines(bytes)
        let line = try RequestLine(bytes[lines[0]])
        var fields: [Field] = []
        fields.reserveCapacity(lines.count - 1)
        for line in lines.dropFirst() { fields.append(try Self.field(bytes[line])) }
        guard fields.count <= Limits.httpFields else {
            throw .headTooLarge("It has more than \(Limits.httpFields) header fields.")
        }
        method = line.method
        target = line.target
        isOld = line.isOld
        self.fields = fields
        try Self.checkHost(fields, isOld: line.isOld)
        framing = try Self.framing(fields, isOld: line.isOld)
        let connection = Self.members("connection", fields)
        closes = connection.contains("close") || line.isOld && !connection.contains("keep-alive")
        let expected = line.isOld ? [] : Self.members("expect", fields)
        guard expected.allSatisfy({ $0 == "100-continue" }) else {
            throw Problem(
                .expectationFailed,
                "`Expect` has a value that this node does not support. Nothing was changed. Leave it out, or use "
                    + "100-continue.")
        }
        expectsContinue = !expected.isEmpty && framing != .none && framing != .length(0)
    }

    /// What NIO's parser gets: the same request in one normal form, without the fields of this connection. A request
    /// for another protocol is removed, because it may be ignored (RFC 9110, section 7.8).
    var bytes: [UInt8] {
        var text = "\(method) \(target) HTTP/1.1\r\n"
        for field in fields where !Self.ownFields.contains(field.name) { text += "\(field.name): \(field.value)\r\n" }
        switch framing {
        case .none: break
        case .length(let length): text += "content-length: \(length)\r\n"
        case .chunked: text += "transfer-encoding: chunked\r\n"
        }
        if expectsContinue { text += "expect: 100-continue\r\n" }
        if closes { text += "connection: close\r\n" }
        return Array((text + "\r\n").utf8)
    }

    /// How often a field occurs, and its value if that is once.
    enum Occurrence: Hashable {
        case absent, repeated
        case value(String)
    }

    /// `name`: in lower case.
    func only(_ name: String) -> Occurrence {
        var found = Occurrence.absent
        for field in fields where field.name == name {
            guard found == .absent else { return .repeated }
            found = .value(field.value)
        }
        return found
    }

    func last(_ name: String) -> String? { fields.last { $0.name == name }?.value }

    private static let ownFields: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "http2-settings", "expect",
        "content-length", "transfer-encoding",
    ]

    // MARK: Lines

    /// A line feed alone ends a line too (RFC 9112, section 2.2). There is at least one line.
    private static func lines(_ bytes: [UInt8]) throws(Problem) -> [Range<Int>] {
        let (carriageReturn, lineFeed) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        var lines: [Range<Int>] = []
        lines.reserveCapacity(16)
        var start = 0
        for end in 0...bytes.count {
            if end < bytes.count {
                let byte = bytes[end]
                let isLone = byte == carriageReturn && end + 1 < bytes.count && bytes[end + 1] != lineFeed
                guard !isLone, byte != 0 else {
                    throw .unreadable("its header contains a carriage return alone or a zero byte")
                }
                guard byte == lineFeed else { continue }
            }
            lines.append(start..<(end > start && bytes[end - 1] == carriageReturn ? end - 1 : end))
            start = end + 1
        }
        return lines
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(Problem) -> Field {
        guard let first = line.first, !isBlank(first) else {
            throw .unreadable("a header field is folded over several lines")
        }
        var colon = line.startIndex
        while colon < line.endIndex, RequestLine.isToken(line[colon]) { colon += 1 }
        guard colon > line.startIndex, colon < line.endIndex, line[colon] == UInt8(ascii: ":") else {
            throw .unreadable("a header field has no name, or a name with invalid characters")
        }
        var (start, end) = (colon + 1, line.endIndex)
        for byte in line[start...] where byte < 0x20 && byte != 0x09 || byte == 0x7F {
            throw .unreadable("a header field contains control characters")
        }
        while start < end, isBlank(line[start]) { start += 1 }
        while end > start, isBlank(line[end - 1]) { end -= 1 }
        guard let value = String(validating: line[start..<end], as: UTF8.self) else {
            throw .unreadable("a header field is not UTF-8")
        }
        let name = line[..<colon]
        return Field(
            name: String(unsafeUninitializedCapacity: name.count) { text in
                for (place, byte) in name.enumerated() {
                    text[place] = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
                }
                return name.count
            }, value: value)
    }

    /// A space or a tab.
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The members of a field's list over all its lines, in lower case.
    private static func members(_ name: String, _ fields: [Field]) -> [String] {
        fields.filter { $0.name == name }.flatMap(\.value.fieldMembers)
    }

    // MARK: Rules

    /// RFC 9112, section 3.2.
    private static func checkHost(_ fields: [Field], isOld: Bool) throws(Problem) {
        let hosts = fields.filter { $0.name == "host" }
        guard hosts.count == 1 || hosts.isEmpty && isOld else {
            throw .unreadable(hosts.isEmpty ? "it has no `Host`" : "it has more than one `Host`")
        }
        guard let host = hosts.first?.value else { return }
        guard host.utf8.allSatisfy(isOfHost) else { throw .unreadable("its `Host` is invalid") }
    }

    private static func isOfHost(_ byte: UInt8) -> Bool {
        RequestLine.isToken(byte) && !"#^`|".utf8.contains(byte) || "()=;:[]".utf8.contains(byte)
    }

    /// RFC 9112, sections 6.1 to 6.3.
    private static func framing(_ fields: [Field], isOld: Bool) throws(Problem) -> Framing {
        let lengths = fields.filter { $0.name == "content-length" }
        if fields.contains(where: { $0.name == "transfer-encoding" }) {
            guard lengths.isEmpty, !isOld else {
                throw .unreadable(
                    isOld
                        ? "HTTP/1.0 has no `Transfer-Encoding`" : "it has both `Content-Length` and `Transfer-Encoding`"
                )
            }
            let codings = members("transfer-encoding", fields)
            guard codings.last == "chunked", codings.filter({ $0 == "chunked" }).count == 1 else {
                throw .unreadable("its `Transfer-Encoding` does not say where the body ends")
            }
            guard codings.count == 1 else {
                throw Problem(
                    .notImplemented,
                    "This node supports no other `Transfer-Encoding` than chunked. Nothing was changed. Compress a "
                        + "body with `Content-Encoding: gzip`.")
            }
            return .chunked
        }
        guard !lengths.isEmpty else { return .none }
        if lengths.count == 1, let length = digits(lengths[0].value) { return .length(length) }
        let parts = lengths.flatMap { $0.value.split(separator: ",", omittingEmptySubsequences: false) }
        let texts = Set(parts.map(\.trimmedField))
        guard let text = texts.first else { return .none }
        guard texts.count == 1, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .unreadable("its `Content-Length` is not one number")
        }
        guard let length = Int(text) else { throw .bodyTooLarge }
        return .length(length)
    }

    /// The number of a short text that has only digits: what almost every `Content-Length` is. Nil for another text.
    private static func digits(_ text: String) -> Int? {
        guard (1...9).contains(text.utf8.count) else { return nil }
        var number = 0
        for byte in text.utf8 {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }
}

extension Problem {
    static func unreadable(_ why: String) -> Problem {
        Problem(.badRequest, "The request cannot be read: \(why). Nothing was changed. The connection is closed.")
    }

    static func headTooLarge(_ fact: String) -> Problem {
        Problem(.headersTooLarge, "\(fact) Nothing was changed. Send fewer or shorter header fields.")
    }

    static var targetTooLong: Problem {
        Problem(
            .targetTooLong,
            "The request line is longer than \(Limits.httpLineBytes) bytes. Nothing was changed. Use fewer "
                + "parameters.")
    }

    static var bodyTooLarge: Problem {
        Problem(
            .tooLarge,
            "The body is larger than \(Limits.requestBodyBytes) bytes. Nothing was stored. "
                + "Shorten the text or split it into notes.")
    }
}
