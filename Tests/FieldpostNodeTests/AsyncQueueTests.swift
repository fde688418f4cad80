import Testing

@testable import FieldpostNode

@Suite(.timeLimit(.minutes(15))) struct AsyncQueueTests {
    @Test func `Elements come in order, and waiting ones are read after the end`() async {
        let queue = AsyncQueue<Int>()
        for number in 1...100 { queue.yield(number) }
        queue.finish()
        #expect(!(await isReadable(queue, after: 100)))
        queue.yield(7)
        #expect(await queue.next() == nil)
    }

    private func isReadable(_ queue: AsyncQueue<Int>, after count: Int) async -> Bool {
        for number in 1...count where await queue.next() != number { return true }
        return await queue.next() != nil
    }

    @Test func `A full queue refuses`() async {
        let queue = AsyncQueue<Int>()
        #expect(queue.yield(1, limit: 2) && queue.yield(2, limit: 2) && !queue.yield(3, limit: 2))
        #expect(await queue.next() == 1)
        #expect(queue.yield(4, limit: 2))
    }

    @Test func `Only a wanted element is taken at once`() async {
        let queue = AsyncQueue<Int>()
        #expect(queue.nextIfReady { _ in true } == nil)
        queue.yield(1)
        #expect(queue.nextIfReady { $0 == 2 } == nil)
        #expect(queue.nextIfReady { $0 == 1 } == 1)
    }

    @Test func `A cancelled reader ends, and waiting elements are released`() async {
        let queue = AsyncQueue<EntryBudget.Share>()
        let entryBudget = EntryBudget(10)
        let reader = Task {
            while !Task.isCancelled { await Task.yield() }
            return await queue.next() == nil
        }
        if let share = await entryBudget.share(10) { queue.yield(share) }
        reader.cancel()
        #expect(await reader.value)
        #expect(await entryBudget.share(10) != nil)
    }
}
