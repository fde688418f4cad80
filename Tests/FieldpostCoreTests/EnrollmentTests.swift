import Testing

@testable import FieldpostCore

struct EnrollmentTests {
    private let gateway = NodeID(publicKey: [1])
    private let central = NodeID(publicKey: [2])

    /// The examples of the paper.
    @Test(
        arguments: [(0x7F00, "lusab"), (0x0001, "babad"), (0x3F54, "gutih"), (0xDCC1, "tugad")] as [(UInt16, String)])
    func `Sixteen bits are a word that can be spelled`(bits: UInt16, word: String) {
        #expect(Fingerprint.proquint(bits) == word)
    }

    /// PROTOCOL.md, 8.19.
    @Test func `The words are those of the published example`() throws {
        let nodes = try ["00", "ff"].map { try #require(NodeID(hex: String(repeating: $0, count: 32))) }
        #expect(
            Fingerprint(gateway: nodes[0], central: nodes[1]).description
                == "jukov-valak-lokin-zamog-povip-fokub")
    }

    @Test func `the words change with either key, and when the keys change places`() {
        let words = Fingerprint(gateway: gateway, central: central).description
        #expect(words.split(separator: "-").map(\.count) == [5, 5, 5, 5, 5, 5])
        #expect(words != Fingerprint(gateway: central, central: gateway).description)
        #expect(words != Fingerprint(gateway: gateway, central: NodeID(publicKey: [3])).description)
    }

    @Test func `a token is read through spaces and line breaks, and other text is not a token`() {
        let token = EnrollmentToken(central: central, secret: .random())
        #expect(token.text.count == 107)
        #expect(EnrollmentToken(text: "  \(token.text)\n") == token)
        for text in ["", "fieldpost", token.text + "0", String(token.text.dropLast()), "x" + token.text] {
            #expect(EnrollmentToken(text: text) == nil)
        }
    }

    @Test func `A secret is not printed by accident`() {
        let secret = TokenSecret.random()
        #expect(
            "\(secret)" == "(secret)" && !"\(Enroll(name: "a", grids: [], token: secret))".contains("\(secret.value)"))
    }

    @Test func `an audit event is read back from its fields`() {
        let enrollment = Enrollment(gateway: gateway, state: .revoked, name: "一号站", grids: ["10014", "10018, 东"])
        #expect(Enrollment(fields: enrollment.fields) == enrollment)
        #expect(Enrollment(fields: [:]) == nil)
    }
}
