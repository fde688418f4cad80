import Testing

@testable import FieldpostNode

struct ThrottleTests {
    @Test func `after a pause many events pass at once, and then so many a second`() async {
        let start = ContinuousClock.now
        var slow = Throttle(perSecond: 1, atOnce: 500)
        for _ in 0..<500 { await slow.keep() }
        // Each event that waits takes a tenth of a second, so all of them would take 50 seconds.
        #expect(ContinuousClock.now - start < .seconds(20))
        let again = ContinuousClock.now
        var throttle = Throttle(perSecond: 1_000, atOnce: 500)
        for _ in 0..<750 { await throttle.keep() }
        // 250 more take a quarter of a second, in steps of a tenth.
        #expect(ContinuousClock.now - again > .milliseconds(150))
    }
}
