import FieldpostCore
import Synchronization

/// The tokens that terminals showed recently, so that a report needs no look into the journal to find its sender.
///
/// Whoever changes an access, or the people of a gateway, calls `forget` after the commit and before it answers. So a
/// token that was revoked is not accepted after the answer.
final class TokenMemory: Sendable {
    private struct State {
        var known: [String: Caller] = [:]
        /// Counts the changes. What was read before the last one is not remembered.
        var turn = 0
    }

    private let state = Mutex(State())

    /// Read this before the journal is asked.
    var turn: Int { state.withLock(\.turn) }

    func caller(verifiedBy verifier: String) -> Caller? { state.withLock { $0.known[verifier] } }

    func remember(_ caller: Caller, verifiedBy verifier: String, since turn: Int) {
        state.withLock { state in
            guard state.turn == turn else { return }
            if state.known.count >= Limits.rememberedTokens { state.known = [:] }
            state.known[verifier] = caller
        }
    }

    func forget() {
        state.withLock { state in
            state.turn += 1
            state.known = [:]
        }
    }
}
