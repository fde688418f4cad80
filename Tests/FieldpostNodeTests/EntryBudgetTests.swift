import Testing

@testable import FieldpostNode

@Suite(.timeLimit(.minutes(15))) struct EntryBudgetTests {
    @Test func `A request for more than is left waits until enough is given back`() async {
        let entryBudget = EntryBudget(10)
        var first = await entryBudget.share(8)
        let second = Task { await entryBudget.share(5) != nil }
        #expect(first != nil)
        first = nil
        #expect(await second.value)
    }

    @Test func `A count beyond the budget takes all of it`() async {
        let entryBudget = EntryBudget(10)
        let all = await entryBudget.share(1000)
        #expect(all != nil)
    }

    @Test func `A cancelled wait ends without a share, and lets the next ones pass`() async {
        let entryBudget = EntryBudget(10)
        let held = await entryBudget.share(6)
        let large = Task { await entryBudget.share(9) != nil }
        let small = Task {
            while !large.isCancelled { await Task.yield() }
            return await entryBudget.share(4) != nil
        }
        large.cancel()
        #expect(await !large.value)
        #expect(await small.value)
        #expect(held != nil)
    }

    @Test func `Many requests with random counts all get their turn`() async {
        let entryBudget = EntryBudget(100)
        let served = await withTaskGroup(of: Bool.self) { group in
            for number in 1...500 {
                group.addTask {
                    let share = await entryBudget.share(number % 130)
                    await Task.yield()
                    return share != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(served == 500)
    }
}
