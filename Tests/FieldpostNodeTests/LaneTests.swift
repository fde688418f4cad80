import Testing

@testable import FieldpostNode

@Suite(.timeLimit(.minutes(15))) struct LaneTests {
    @Test func `Elements come in the order yielded, and what waits is read after the end`() async {
        let lane = Lane<Int>()
        for number in 1...100 { lane.yield(number) }
        lane.finish()
        #expect(!(await isReadable(lane, after: 100)))
        lane.yield(7)
        #expect(await lane.next() == nil)
    }

    private func isReadable(_ lane: Lane<Int>, after count: Int) async -> Bool {
        for number in 1...count where await lane.next() != number { return true }
        return await lane.next() != nil
    }

    @Test func `A full lane refuses`() async {
        let lane = Lane<Int>()
        #expect(lane.yield(1, limit: 2) && lane.yield(2, limit: 2) && !lane.yield(3, limit: 2))
        #expect(await lane.next() == 1)
        #expect(lane.yield(4, limit: 2))
    }

    @Test func `Only an element that is wanted is taken at once`() async {
        let lane = Lane<Int>()
        #expect(lane.nextIfReady { _ in true } == nil)
        lane.yield(1)
        #expect(lane.nextIfReady { $0 == 2 } == nil)
        #expect(lane.nextIfReady { $0 == 1 } == 1)
    }

    @Test func `A cancelled reader ends, and what waited is let go`() async {
        let lane = Lane<Allowance.Share>()
        let allowance = Allowance(10)
        let reader = Task {
            while !Task.isCancelled { await Task.yield() }
            return await lane.next() == nil
        }
        if let share = await allowance.share(10) { lane.yield(share) }
        reader.cancel()
        #expect(await reader.value)
        #expect(await allowance.share(10) != nil)
    }
}
