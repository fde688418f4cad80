package import FieldpostCore
import NIOCore

/// Exchanges of one message from each side.
extension PeerChannel {
    /// Sends the reason for a refusal, and closes the connection.
    package func refuse(_ violation: Violation) async {
        try? await exchange { hearing, outbound in await hearing.sayLast(.goodbye(Goodbye(violation)), outbound) }
    }

    /// Takes one message, answers it, and closes. A peer that sends nothing within `Limits.greetingSeconds`, or breaks
    /// the framing, gets a goodbye.
    package func serve(_ answer: @escaping @Sendable (Message) async -> Message) async {
        try? await exchange { hearing, outbound in
            let reply: Message
            do throws(Violation) {
                reply = await answer(try await hearing.message())
            } catch {
                reply = .goodbye(Goodbye(error))
            }
            await hearing.sayLast(reply, outbound)
        }
    }

    /// Sends one message, returns the answer, and closes the connection. Throws a `Violation` when there is no answer.
    package func ask(_ message: Message) async throws -> Message { try await answer(after: message) }

    /// Says nothing but the preamble, returns what the peer says by itself, and closes the connection. Throws a
    /// `Violation` when it says nothing within `Limits.greetingSeconds`, or something else than this protocol.
    package func greeting() async throws -> Message { try await answer(after: nil) }

    private func answer(after message: Message?) async throws -> Message {
        let (answers, continuation) = AsyncStream<Result<Message, Violation>>.makeStream()
        try await exchange { hearing, outbound in
            do throws(Violation) {
                // When this fails, the reading side reports the reason.
                if let message { try? await outbound.send(message) }
                continuation.yield(.success(try await hearing.message()))
            } catch {
                continuation.yield(.failure(error))
            }
            outbound.finish()
        }
        continuation.finish()
        for await answer in answers { return try answer.get() }
        throw Violation(.timeout, "the connection ended without an answer")
    }

    private func exchange(_ body: @escaping @Sendable (Hearing, Outbound) async -> Void) async throws {
        try await converse { inbound, outbound in
            let hearing = Hearing()
            await withTaskGroup { group in
                group.addTask { await hearing.listen(inbound) }
                await body(hearing, outbound)
                group.cancelAll()
            }
        }
    }
}

/// Listens on a connection. Only the first message matters.
private struct Hearing: Sendable {
    private let first = AsyncStream<Result<Message, Violation>>.makeStream(bufferingPolicy: .bufferingOldest(1))
    private let end = AsyncStream<Void>.makeStream()

    /// Runs until the peer closes the connection or fails.
    func listen(_ inbound: PeerChannel.Inbound) async {
        do {
            for try await case .message(let message) in inbound { first.continuation.yield(.success(message)) }
            first.continuation.yield(.failure(Violation(.timeout, "the peer closed the connection")))
        } catch {
            first.continuation.yield(
                .failure(error as? Violation ?? Violation(.timeout, "the connection failed: \(error)")))
        }
        first.continuation.finish()
        end.continuation.finish()
    }

    /// The peer's first message. Throws its violation, and `timeout` after `Limits.greetingSeconds`.
    func message() async throws(Violation) -> Message {
        let stream = first.stream
        let outcome = await Self.within(seconds: Limits.greetingSeconds) {
            for await outcome in stream { return outcome }
            return nil
        }
        guard let outcome else { throw Violation(.timeout, "nothing arrived within \(Limits.greetingSeconds) s") }
        return try outcome.get()
    }

    /// Lets the peer close first, for up to a second, so that a reset does not destroy the message.
    func sayLast(_ message: Message, _ outbound: PeerChannel.Outbound) async {
        try? await outbound.send(message)
        outbound.finish()
        let stream = end.stream
        await Self.within(seconds: 1) { for await _ in stream {} }
    }

    /// Nil when it takes longer.
    @discardableResult
    private static func within<Value: Sendable>(
        seconds: Int, _ work: @escaping @Sendable () async -> Value?
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask(operation: work)
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                return nil
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? nil
        }
    }
}

extension Goodbye {
    fileprivate init(_ violation: Violation) {
        self.init(code: violation.code.rawValue, detail: violation.detail)
    }
}
