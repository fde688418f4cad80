/// The first line of a request (RFC 9112, section 3).
struct RequestLine: Hashable {
    let method: String
    /// In origin form, or `*`.
    let target: String
    let isOld: Bool

    /// The methods that this server knows. The router decides which of them a path accepts.
    private static let methods: Set<String> = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY",
    ]

    init(_ line: ArraySlice<UInt8>) throws(Problem) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(Self.isToken) else {
            throw .unreadable("its first line is not a request line")
        }
        isOld = try Self.isOld(parts[2])
        method = String(decoding: parts[0], as: UTF8.self)
        guard Self.methods.contains(method) else {
            throw Problem(.notImplemented, "This node does not know this method. Nothing was changed.")
        }
        target = try Self.target(parts[1], method)
    }

    /// One bit for each byte of a token: digits, letters, and !#$%&'*+-.^_`|~ (RFC 9110, section 5.6.2).
    private static let tokensBelow64: UInt64 = 0x3FF_6CFA_0000_0000
    private static let tokensFrom64: UInt64 = 0x57FF_FFFF_C7FF_FFFE

    static func isToken(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 0x40 ? tokensBelow64 : tokensFrom64) >> UInt64(byte & 0x3F) & 1 == 1
    }

    /// A later HTTP/1.x is answered as HTTP/1.1 (RFC 9110, section 2.5).
    private static func isOld(_ version: ArraySlice<UInt8>) throws(Problem) -> Bool {
        let parts = Array(version)
        guard parts.count == 8, parts.starts(with: "HTTP/".utf8), parts[6] == UInt8(ascii: "."),
            [parts[5], parts[7]].allSatisfy({ (0x30...0x39).contains($0) })
        else { throw .unreadable("its first line does not name a version of HTTP") }
        guard parts[5] == UInt8(ascii: "1") else {
            throw Problem(.versionNotSupported, "This node supports only HTTP/1.1. Nothing was changed.")
        }
        return parts[7] == UInt8(ascii: "0")
    }

    /// The host of the absolute form (RFC 9112, section 3.2.2) is ignored here.
    private static func target(_ bytes: ArraySlice<UInt8>, _ method: String) throws(Problem) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw .unreadable("its target contains characters that must be percent-encoded")
        }
        if text == "*", method == "OPTIONS" { return text }
        if text.hasPrefix("/") { return try normal(text) }
        guard let found = text.wholeMatch(of: /(?i:https?):\/\/[^\/?]+(.*)/) else {
            throw .unreadable("its target is not a path")
        }
        return try normal(found.1.hasPrefix("/") ? String(found.1) : "/\(found.1)")
    }

    /// Decodes percent-encoded characters in the path that need no encoding. The meaning stays the same (RFC 3986,
    /// section 6.2.2.2). The query is left unchanged.
    private static func normal(_ target: String) throws(Problem) -> String {
        guard target.utf8.contains(UInt8(ascii: "%")) else { return target }
        let path = target.prefix { $0 != "?" }
        guard path.contains("%") else { return target }
        guard let units = PercentEncoding.units(path) else {
            throw .unreadable("a percent sign in its path is not followed by two digits")
        }
        let normal = units.flatMap { $0.isEncoded && isUnreserved($0.byte) ? [$0.byte] : Array($0.source) }
        return String(decoding: normal, as: UTF8.self) + target[path.endIndex...]
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        let character = Character(Unicode.Scalar(byte))
        return byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
    }
}
