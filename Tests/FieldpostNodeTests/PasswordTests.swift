import Testing

@testable import FieldpostNode

@Suite struct PasswordTests {
    @Test func `A password is recognized, and no other is`() async throws {
        let verifier = try Password.verifier(for: "南坑社区-一号站")
        #expect(verifier.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
        #expect(!verifier.contains("南坑"))
        #expect(try Password.verifier(for: "南坑社区-一号站") != verifier)
        let check = PasswordCheck()
        #expect(!check.remembers("南坑社区-一号站", verifier))
        for _ in 0..<2 {
            #expect(await check.matches("南坑社区-一号站", verifier))
            #expect(await !check.matches("南坑社区-二号站", verifier))
            #expect(check.remembers("南坑社区-一号站", verifier))
            #expect(!check.remembers("南坑社区-二号站", verifier))
        }
        #expect(await !check.matches("", verifier))
        // A new verifier of the same password, as after the password was set again, is a different one.
        #expect(!check.remembers("南坑社区-一号站", try Password.verifier(for: "南坑社区-一号站")))
    }

    @Test(arguments: ["", "$", "$scrypt$ln=1,r=8,p=1$AAAA$AAAA", "$scrypt$ln=15,r=8,p=1$?$?", "sha256:00"])
    func `A verifier of another form matches nothing`(verifier: String) {
        #expect(!Password.matches("", verifier))
    }
}
