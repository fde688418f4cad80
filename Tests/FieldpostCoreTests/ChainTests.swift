import FieldpostCore
import Testing

/// The values were computed independently, with SHA-256 of another language.
struct ChainTests {
    let origin = Origin(
        node: NodeID(publicKey: [1, 2, 3]), incarnation: Incarnation(0x0001_0203_0405_0607_0809_0A0B_0C0D_0E0F))

    @Test func `an entry's hash is that of its tag and bytes`() {
        #expect(
            Chain.hash(entry: Array("first".utf8)).hex
                == "020b19e57baa0848562e2ec416b173d87845c6447ed33bde671f295e68b3aab9")
    }

    @Test func `the chain begins with its origin and links entry hashes`() {
        let start = Chain.start(of: origin)
        let first = Chain.link(start, Chain.hash(entry: Array("first".utf8)))
        let second = Chain.link(first, Chain.hash(entry: Array("second".utf8)))
        #expect(start.hex == "37edd41df33c300097de29506c1b95eb19311acb98a335fe3e9f83274df5e8a3")
        #expect(first.hex == "fd9b9e54450caa18e4c70400bb3bc153c308239d597df18261b085a093c08249")
        #expect(second.hex == "d6ca848944e7786dafa1979e1cca02b094e0d2fb046318308d4db29e16d00a17")
    }

    @Test func `two origins share no chain value`() {
        let other = Origin(node: origin.node, incarnation: Incarnation(1))
        #expect(Chain.start(of: other) != Chain.start(of: origin))
    }
}
