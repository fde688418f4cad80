import FieldpostCore
import Synchronization

/// The lines of one stream that have no answer yet, in their order. It bounds how many there are.
final class AnswerWindow<Outcome: Sendable>: Sendable {
    private struct State {
        /// Nil for a line that waits for its commit.
        var lines: [Outcome?] = []
        /// The number of the first of them.
        var first = 0
        var committing = 0
        var isFinished = false
        /// Nobody reads answers any more.
        var isAbandoned = false
        /// Resumed with whether nobody reads answers any more.
        var adder: CheckedContinuation<Bool, Never>?
        var reader: CheckedContinuation<Void, Never>?

        func hasRoom(_ inSum: StreamedReports) -> Bool {
            lines.count < Limits.streamWindow && (committing == 0 || !inSum.isFull)
        }
    }

    /// Lines of all streams that wait for their commit.
    private let inSum: StreamedReports
    private let state = Mutex(State())

    init(_ inSum: StreamedReports) { self.inSum = inSum }

    /// Waits until there is room for one more line. Returns its number. Nil if nobody reads answers any more.
    func add() async -> Int? {
        while true {
            let number: Int? = state.withLock { state in
                guard state.hasRoom(inSum), !state.isAbandoned else { return nil }
                state.lines.append(nil)
                state.committing += 1
                inSum.add()
                return state.first + state.lines.count - 1
            }
            if let number { return number }
            let isAbandoned = await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.isAbandoned { return true }
                    if state.hasRoom(inSum) { return false }
                    state.adder = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
            if isAbandoned { return nil }
        }
    }

    /// The outcome of a line. May be called on any thread.
    func set(_ number: Int, _ outcome: Outcome) {
        inSum.remove()
        let (reader, adder) = state.withLock { state in
            state.committing -= 1
            if !state.isAbandoned { state.lines[number - state.first] = outcome }
            let isNext = number == state.first
            defer {
                if isNext { state.reader = nil }
                state.adder = nil
            }
            return (isNext ? state.reader : nil, state.adder)
        }
        reader?.resume()
        adder?.resume(returning: false)
    }

    /// No more lines follow, except perhaps a last one with this outcome.
    func finish(_ last: Outcome?) {
        let reader = state.withLock { state in
            if let last { state.lines.append(last) }
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// Waits for the next outcomes, in the order of the lines. Empty at the end.
    func next() async -> [Outcome] {
        while true {
            let (outcomes, isEnd, adder) = state.withLock { state in
                let outcomes = state.lines.prefix { $0 != nil }.compactMap { $0 }
                state.lines.removeFirst(outcomes.count)
                state.first += outcomes.count
                defer { if !outcomes.isEmpty { state.adder = nil } }
                return (outcomes, state.isFinished && state.lines.isEmpty, outcomes.isEmpty ? nil : state.adder)
            }
            adder?.resume(returning: false)
            if !outcomes.isEmpty || isEnd { return outcomes }
            await withCheckedContinuation { continuation in
                let isChanged = state.withLock { state in
                    let hasNext = state.lines.first.map { $0 != nil } ?? state.isFinished
                    if !hasNext { state.reader = continuation }
                    return hasNext
                }
                if isChanged { continuation.resume() }
            }
        }
    }

    /// Nobody reads answers any more.
    func abandon() {
        let adder = state.withLock { state in
            state.isAbandoned = true
            defer { state.adder = nil }
            return state.adder
        }
        adder?.resume(returning: true)
    }
}

/// Counts the reports of all streams that wait for their commit. While there are many, each stream has only one.
final class StreamedReports: Sendable {
    private let count = Atomic(0)

    var isFull: Bool { count.load(ordering: .relaxed) >= Limits.streamedReports }
    func add() { count.add(1, ordering: .relaxed) }
    func remove() { count.subtract(1, ordering: .relaxed) }
}
