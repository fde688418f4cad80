import FieldpostCore
import HTTPTypes

/// A report's version as the opaque text of an `ETag`. It says what a client has seen. The client sends it back in
/// `If-Match`.
///
/// Bytes: 1 (the version of this form) ‖ depth (8) ‖ for each origin, in order, node (32) ‖ incarnation (16) ‖ seq (8).
/// Numbers are big-endian. Each version has exactly one text.
package struct EntityTag: Hashable {
    private static let form: UInt8 = 1
    private static let headBytes = 9
    private static let pairBytes = Origin.byteCount + 8
    /// The length of the largest tag.
    private static let maximumCharacters = ((headBytes + pairBytes * Limits.contextOrigins) * 4 + 2) / 3

    let version: ReportVersion

    init(_ version: ReportVersion) { self.version = version }

    /// The text between the quotes.
    package var text: String {
        var bytes = [Self.form]
        bytes += Self.bytes(version.depth)
        for (origin, seq) in version.context.pairs { bytes += origin.bytes + Self.bytes(seq) }
        return Base64URL.encode(bytes)
    }

    var field: Answer.Field { Self.field(text) }

    static func field(_ text: String) -> Answer.Field { Answer.Field(name: "ETag", value: "\"\(text)\"") }

    /// The value of the header field.
    var header: String { "\"\(text)\"" }

    /// Returns nil if no node made the text.
    package init?(text: some StringProtocol) {
        guard text.utf8.count <= Self.maximumCharacters, let bytes = Base64URL.decode(String(text)),
            bytes.count >= Self.headBytes, bytes[0] == Self.form, (bytes.count - Self.headBytes) % Self.pairBytes == 0
        else { return nil }
        let depth = Self.number(bytes[1..<Self.headBytes])
        var pairs: [(Origin, UInt64)] = []
        for start in stride(from: Self.headBytes, to: bytes.count, by: Self.pairBytes) {
            let end = start + Self.pairBytes
            let seq = Self.number(bytes[(end - 8)..<end])
            guard let origin = Origin(bytes: bytes[start..<(end - 8)]), (1...Limits.seq).contains(seq),
                pairs.last.map({ $0.0 < origin }) ?? true
            else { return nil }
            pairs.append((origin, seq))
        }
        guard depth < Limits.depth, (depth == 0) == pairs.isEmpty else { return nil }
        version = ReportVersion(context: VersionVector(pairs), depth: depth)
    }

    private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
