import Testing

@testable import FieldpostNode

struct ThrottleTests {
    @Test func `after a pause many events pass at once, and then so many a second`() async {
        var throttle = Throttle(perSecond: 1_000, atOnce: 500)
        let start = ContinuousClock.now
        for _ in 0..<500 { await throttle.keep() }
        #expect(ContinuousClock.now - start < .milliseconds(90))
        for _ in 0..<250 { await throttle.keep() }
        // 250 more take a quarter of a second, in steps of a tenth.
        #expect(ContinuousClock.now - start > .milliseconds(150))
    }
}
