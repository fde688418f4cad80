import Synchronization

/// A queue with one reader, in the order yielded.
struct Lane<Element: Sendable>: AsyncSequence, Sendable {
    private let stream: AsyncStream<Element>
    private let continuation: AsyncStream<Element>.Continuation
    private let waiting = Waiting()

    fileprivate final class Waiting: Sendable {
        let count = Atomic<Int>(0)
    }

    init() { (stream, continuation) = AsyncStream.makeStream() }

    /// False when more than `limit` would wait then: the element is not taken.
    @discardableResult
    func yield(_ element: Element, limit: Int = .max) -> Bool {
        guard waiting.count.wrappingAdd(1, ordering: .relaxed).newValue <= limit else { return false }
        continuation.yield(element)
        return true
    }

    func finish() { continuation.finish() }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var base: AsyncStream<Element>.Iterator
        fileprivate let waiting: Waiting

        mutating func next() async -> Element? {
            let element = await base.next()
            if element != nil { waiting.count.wrappingSubtract(1, ordering: .relaxed) }
            return element
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(base: stream.makeAsyncIterator(), waiting: waiting) }
}
