import Synchronization

/// A queue with one reader that gets elements in order. Cancelling the reader's task finishes the queue, and drops the
/// waiting elements.
final class AsyncQueue<Element: Sendable>: Sendable {
    private struct State {
        /// Nil for an element that was already read.
        var waiting: [Element?] = []
        /// The number of elements of `waiting` that were already read.
        var read = 0
        var isFinished = false
        var reader: CheckedContinuation<Element?, Never>?

        mutating func take() -> Element? {
            guard read < waiting.count else { return nil }
            let element = waiting[read]
            waiting[read] = nil
            read += 1
            if read == waiting.count {
                waiting.removeAll(keepingCapacity: read <= 64)
                read = 0
            } else if read >= 64, read >= waiting.count / 2 {
                waiting.removeFirst(read)
                read = 0
            }
            return element
        }
    }

    private let state = Mutex(State())

    /// Returns false, and does not take the element, if more than `limit` would wait.
    @discardableResult
    func yield(_ element: Element, limit: Int = .max) -> Bool {
        let action: Action = state.withLock { state in
            guard !state.isFinished else { return .none }
            if let reader = state.reader {
                state.reader = nil
                return .resume(reader)
            }
            guard state.waiting.count - state.read < limit else { return .refuse }
            state.waiting.append(element)
            return .none
        }
        switch action {
        case .none: return true
        case .refuse: return false
        case .resume(let reader):
            reader.resume(returning: element)
            return true
        }
    }

    private enum Action {
        case none, refuse
        case resume(CheckedContinuation<Element?, Never>)
    }

    /// No more elements follow. Waiting elements are still read.
    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    private func drop() {
        let dropped = state.withLock { state in
            defer { (state.waiting, state.read) = ([], 0) }
            return state.waiting
        }
        // The elements are released outside of the lock, because that may run code.
        _ = dropped
    }

    /// Returns nil when the queue is finished and empty, or when the task is cancelled.
    func next() async -> Element? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready: Element?? = state.withLock { state in
                    if let element = state.take() { return .some(element) }
                    if state.isFinished { return .some(nil) }
                    precondition(state.reader == nil, "a queue has one reader")
                    state.reader = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            drop()
            finish()
        }
    }

    /// Returns the next element if one is waiting and `isWanted` accepts it.
    func nextIfReady(where isWanted: (Element) -> Bool = { _ in true }) -> Element? {
        state.withLock { state in
            guard state.read < state.waiting.count, let first = state.waiting[state.read], isWanted(first) else {
                return nil
            }
            return state.take()
        }
    }
}
