import FieldpostCore
import Testing

@testable import FieldpostNode

struct TokenMemoryTests {
    private let memory = TokenMemory()
    private let access = Access(name: "T-1", role: .terminal(channel: "app"), verifier: "a")

    @Test func `a token is remembered until an access changes`() {
        #expect(memory.access(verifiedBy: "a") == nil)
        memory.remember(access, verifiedBy: "a", since: memory.turn)
        #expect(memory.access(verifiedBy: "a") == access)
        memory.forget()
        #expect(memory.access(verifiedBy: "a") == nil)
    }

    @Test func `what was read before a change is not remembered after it`() {
        let turn = memory.turn
        memory.forget()
        memory.remember(access, verifiedBy: "a", since: turn)
        #expect(memory.access(verifiedBy: "a") == nil)
    }

    @Test func `it does not grow without bound`() {
        for number in 0...Limits.rememberedTokens {
            memory.remember(access, verifiedBy: "\(number)", since: memory.turn)
        }
        #expect(memory.access(verifiedBy: "0") == nil)
        #expect(memory.access(verifiedBy: "\(Limits.rememberedTokens)") == access)
    }
}
