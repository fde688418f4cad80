/// Six words for both keys together. Two people compare them, one at the gateway and one at central, to know that
/// nobody is between the two nodes.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    private static let words = 6
    private static let consonants = Array("bdfghjklmnprstvz")
    private static let vowels = Array("aiou")

    package let description: String

    package init(gateway: NodeID, central: NodeID) {
        let hash = Hash256(hashing: Array("fieldpost fingerprint 1".utf8) + gateway.bytes + central.bytes).bytes
        description = (0..<Self.words).map { word in
            Self.proquint(UInt16(hash[2 * word]) << 8 | UInt16(hash[2 * word + 1]))
        }.joined(separator: "-")
    }

    /// Consonant, vowel, consonant, vowel, consonant: 4, 2, 4, 2 and 4 bits, highest bits first.
    static func proquint(_ bits: UInt16) -> String {
        String([
            consonants[Int(bits >> 12)], vowels[Int(bits >> 10 & 3)], consonants[Int(bits >> 6 & 15)],
            vowels[Int(bits >> 4 & 3)], consonants[Int(bits & 15)],
        ])
    }
}
