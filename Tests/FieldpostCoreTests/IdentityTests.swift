import FieldpostCore
import Testing

struct IdentityTests {
    static let text = "00112233-4455-6677-8899-aabbccddeeff"

    @Test func `an identifier is read from its text and writes the same text`() throws {
        let id = try #require(EntryID(text: Self.text))
        #expect(id.description == Self.text)
        #expect(id.value == 0x0011_2233_4455_6677_8899_AABB_CCDD_EEFF)
        #expect(
            id.bytes == [
                0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF,
            ])
        #expect(EntryID(bytes: id.bytes) == id)
    }

    @Test func `an identifier's text may be upper case`() {
        #expect(ReportID(text: Self.text.uppercased()) == ReportID(text: Self.text))
    }

    @Test(arguments: [
        "", "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeef",
        "00112233-4455-6677-8899-aabbccddeefg",
        "0011223-34455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff-",
        "é0112233-4455-6677-8899-aabbccddeeff",
    ])
    func `text of another form is not an identifier`(text: String) {
        #expect(EntryID(text: text) == nil)
    }

    @Test(arguments: [0, 15, 17]) func `an identifier has exactly sixteen bytes`(count: Int) {
        #expect(EntryID(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test func `identifiers are ordered as their bytes are`() {
        let ids = [EntryID(0), EntryID(1), EntryID(1 << 64), EntryID(1 << 127)]
        #expect(ids.shuffled().sorted() == ids)
        #expect(ids.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) } == ids.map(\.bytes))
    }

    @Test func `two random identifiers differ`() {
        #expect(EntryID.random() != EntryID.random())
    }

    @Test func `a hash is read from bytes and from hexadecimal text`() throws {
        let bytes = (0..<32).map { UInt8($0) }
        let hash = try #require(Hash256(bytes: bytes))
        #expect(hash.bytes == bytes)
        #expect(hash.hex == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        #expect(Hash256(hex: hash.hex) == hash)
        #expect(Hash256(hex: hash.hex.uppercased()) == hash)
    }

    @Test(arguments: [0, 31, 33]) func `a hash has exactly thirty-two bytes`(count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)
        #expect(Hash256(bytes: bytes) == nil)
        #expect(Hash256(hex: Hex.encode(bytes)) == nil)
    }

    @Test(arguments: [UInt64](1...20)) func `hashes are ordered as their bytes are`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let left = (0..<32).map { _ in UInt8.random(in: 0...1, using: &random) }
        let right = (0..<32).map { _ in UInt8.random(in: 0...1, using: &random) }
        let hashes = (try #require(Hash256(bytes: left)), try #require(Hash256(bytes: right)))
        #expect((hashes.0 < hashes.1) == left.lexicographicallyPrecedes(right), "seed \(seed)")
    }

    @Test func `a node is named by the hash of its public key`() {
        let node = NodeID(publicKey: [1, 2, 3])
        #expect(node.description == "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81")
        #expect(node.short == "039058c6f2")
        #expect(NodeID(hex: node.description) == node)
        #expect(NodeID(bytes: node.bytes) == node)
    }

    @Test func `an origin is its node and its incarnation`() {
        let origin = Samples.origin(3)
        #expect(origin.bytes == origin.node.bytes + origin.incarnation.bytes)
        #expect(Origin(bytes: origin.bytes) == origin)
        #expect(Origin(bytes: origin.bytes.dropLast()) == nil)
        #expect(Origin(bytes: origin.bytes + [0]) == nil)
    }

    @Test func `dots are ordered by origin and then by seq`() {
        let origins = [Samples.origin(1), Samples.origin(2)].sorted()
        let dots = [Dot(origins[0], 1), Dot(origins[0], 9), Dot(origins[1], 2)]
        #expect(dots.shuffled().sorted() == dots)
    }

    @Test func `hexadecimal text is read in either case and written in lower case`() {
        #expect(Hex.decode("00fFA9") == [0, 255, 169])
        #expect(Hex.encode([0, 255, 169]) == "00ffa9")
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["0", "0g", "00 ", "０0"]) func `other text is not hexadecimal`(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
