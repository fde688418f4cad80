import FieldpostCore
import Testing

@testable import FieldpostNode

struct TokenMemoryTests {
    private let memory = TokenMemory()
    private let caller = Caller.terminal(name: "T-1", channel: "app")

    @Test func `a token is remembered until an access changes`() {
        #expect(memory.caller(verifiedBy: "a") == nil)
        memory.remember(caller, verifiedBy: "a", since: memory.turn)
        #expect(memory.caller(verifiedBy: "a") == caller)
        memory.forget()
        #expect(memory.caller(verifiedBy: "a") == nil)
    }

    @Test func `what was read before a change is not remembered after it`() {
        let turn = memory.turn
        memory.forget()
        memory.remember(caller, verifiedBy: "a", since: turn)
        #expect(memory.caller(verifiedBy: "a") == nil)
    }

    @Test func `it does not grow without bound`() {
        for number in 0...Limits.rememberedTokens {
            memory.remember(caller, verifiedBy: "\(number)", since: memory.turn)
        }
        #expect(memory.caller(verifiedBy: "0") == nil)
        #expect(memory.caller(verifiedBy: "\(Limits.rememberedTokens)") == caller)
    }
}
