import FieldpostCore
import Foundation
import Testing

extension WireTests {
    /// Protocol/vectors/enrollment.json: a token's text, the words that two people compare, and names (PROTOCOL.md,
    /// 8.19).
    @Suite struct EnrollmentVectorTests {
        struct Vector: Codable, Equatable {
            struct Token: Codable, Equatable {
                var central: String
                var secret: String
                var text: String
            }

            struct Words: Codable, Equatable {
                var gateway: String
                var central: String
                var words: String
            }

            struct Name: Codable, Equatable {
                /// UTF-8, in hexadecimal digits.
                var name: String
                var isTaken: Bool
            }

            var token: Token
            var words: [Words]
            var names: [Name]
        }

        private static let names = [
            "station-03", "东坡站", "网格员 01", "站\u{3000}点", "e\u{301}", "\u{1F600}", "a/b",
            String(repeating: "格", count: 85) + "1", "", " a", "a ", "a\u{3000}", "a\tb", "a\nb", "a\u{7F}b",
            "a\u{85}b",
            "\u{202E}a", "a\u{200B}b", "a\u{200D}b", "a\u{A0}b", "a\u{2028}b", "a\u{AD}b", "a\u{3164}b", "a\u{FE0F}",
            String(repeating: "格", count: 86),
        ]

        private static let made: Vector = {
            let (gateway, central) = (Samples.origin.node, Samples.central.node)
            let zeros = NodeID(Hash256(bytes: [UInt8](repeating: 0, count: 32)) ?? .zero)
            let ones = NodeID(Hash256(bytes: [UInt8](repeating: 0xFF, count: 32)) ?? .zero)
            let secret = TokenSecret(0xE0E1_E2E3_E4E5_E6E7_E8E9_EAEB_ECED_EEEF)
            return Vector(
                token: .init(
                    central: Hex.encode(central.bytes), secret: Hex.encode(secret.bytes),
                    text: EnrollmentToken(central: central, secret: secret).text),
                words: [(zeros, ones), (ones, zeros), (gateway, central)].map {
                    .init(
                        gateway: Hex.encode($0.bytes), central: Hex.encode($1.bytes),
                        words: Fingerprint(gateway: $0, central: $1).description)
                },
                names: names.map { name in
                    .init(
                        name: Hex.encode(Array(name.utf8)),
                        isTaken: NameRule.defect(name.precomposedStringWithCanonicalMapping) == nil)
                })
        }()

        @Test func `Tokens, words and names are as published`() throws {
            if ProtocolFiles.isWriting { try ProtocolFiles.write(Self.made, to: "vectors/enrollment.json") }
            let published: Vector = try ProtocolFiles.read("vectors/enrollment.json")
            #expect(published == Self.made)
            #expect(published.names.map(\.isTaken) == Self.names.indices.map { $0 < 8 })
            #expect(EnrollmentToken(text: published.token.text)?.text == published.token.text)
        }
    }
}
