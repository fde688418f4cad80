import FieldpostCore
import Testing

/// Codes for pairings, and what a pairing holds on to.
struct PairingTests {
    @Test func `a code is read as it is shown, scanned and typed`() throws {
        for _ in 0..<200 {
            let code = PairingCode.random()
            let text = code.text
            #expect(text.count == 9 && PairingCode(text) == code && PairingCode(code.scanned) == code)
            #expect(PairingCode(text.lowercased().replacing("-", with: " ")) == code)
            #expect(PairingCode(" \(text.replacing("0", with: "o").replacing("1", with: "l")) ") == code)
        }
        #expect(Set((0..<200).map { _ in PairingCode.random() }).count == 200)
        for text in ["", "7K3M-Q2X", "7K3M-Q2XDD", "7K3M-Q2XU", "7K3M-Q2X点", "fieldpost-terminal-7K3MQ2XD"] {
            #expect(PairingCode(text) == nil, "\(text)")
        }
    }

    private let person = Access(
        name: "赵 敏", role: .staff, assignment: Assignment(group: .handler, grids: ["南坑一"]), verifier: "$scrypt$a")
    private let terminal = Access(name: "巡检终端 3", role: .terminal(channel: "terminal"), verifier: "sha256:01")

    @Test func `a pairing is an access that nobody else can have, and ends with either secret`() throws {
        let pairing = Pairing(person: person, terminal: terminal, channel: "terminal")
        let access = pairing.access(verifier: "sha256:02")
        let read = try #require(Access(fields: access.fields))
        #expect(read == access && Pairing(read) == pairing)
        #expect(Access.defect(ofName: access.name) != nil, "no terminal and no person is called so")
        #expect(Pairing(terminal) == nil && Pairing(person) == nil)
        #expect(pairing.isOf(person, terminal))
        var (other, renewed) = (person, terminal)
        other.verifier = "$scrypt$b"
        renewed.verifier = "sha256:03"
        #expect(!pairing.isOf(other, terminal) && !pairing.isOf(person, renewed))
        #expect(AccessRole(text: "paired terminal 00") == nil)
    }
}
