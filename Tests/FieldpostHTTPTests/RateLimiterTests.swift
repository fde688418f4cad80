import FieldpostCore
import Testing

@testable import FieldpostHTTP

@Suite struct RateLimiterTests {
    private let start = ContinuousClock.now

    @Test func `Each address has its own burst, then its own rate`() {
        let limiter = RateLimiter(each: .init(burst: 3, perMinute: 6), all: .init(burst: 100, perMinute: 100))
        for _ in 0..<3 { #expect(limiter.take("a", at: start) == nil) }
        #expect(limiter.take("a", at: start) == 10)
        #expect(limiter.take("b", at: start) == nil)
        #expect(limiter.take("a", at: start + .seconds(5)) == 5)
        #expect(limiter.take("a", at: start + .seconds(10)) == nil)
        #expect(limiter.take("a", at: start + .seconds(10)) == 10)
        // It never has more than its burst.
        for _ in 0..<3 { #expect(limiter.take("a", at: start + .seconds(3600)) == nil) }
        #expect(limiter.take("a", at: start + .seconds(3600)) != nil)
    }

    @Test func `All addresses together have a rate too, and refused requests do not use it`() {
        let limiter = RateLimiter(each: .init(burst: 2, perMinute: 60), all: .init(burst: 4, perMinute: 60))
        for _ in 0..<50 { _ = limiter.take("greedy", at: start) }
        #expect(limiter.take("a", at: start) == nil)
        #expect(limiter.take("b", at: start) == nil)
        #expect(limiter.take("c", at: start) == 1)
        #expect(limiter.take("c", at: start + .seconds(2)) == nil)
    }

    @Test func `Memory is bounded, and a refused address is not forgotten for others`() {
        let limiter = RateLimiter(
            each: .init(burst: 1, perMinute: 1), all: .init(burst: 1_000_000, perMinute: 1_000_000))
        for number in 0..<(3 * Limits.limitedAddresses) {
            #expect(limiter.take("\(number)", at: start + .milliseconds(number)) == nil)
        }
        #expect(limiter.count == Limits.limitedAddresses)
        let last = 3 * Limits.limitedAddresses - 1
        #expect(limiter.take("\(last)", at: start + .milliseconds(last)) != nil)
    }

    @Test func `A token that was given back can be taken again`() {
        let limiter = RateLimiter(each: .init(burst: 1, perMinute: 1), all: .init(burst: 1, perMinute: 1))
        for _ in 0..<3 {
            #expect(limiter.take("a", at: start) == nil)
            #expect(limiter.take("a", at: start) != nil)
            limiter.giveBack("a")
        }
        // Neither this token nor one that was never taken makes the burst longer.
        limiter.giveBack("a")
        #expect(limiter.take("a", at: start) == nil)
        #expect(limiter.take("a", at: start) != nil)
    }

    @Test func `An IPv6 address counts as its network, and a mapped IPv4 address as IPv4`() {
        #expect(ClientAddress.network(of: "192.0.2.7") == "192.0.2.7")
        #expect(ClientAddress.network(of: "::ffff:192.0.2.7") == "192.0.2.7")
        #expect(ClientAddress.network(of: "2001:db8:1:2:3::4") == ClientAddress.network(of: "2001:db8:1:2::"))
        #expect(ClientAddress.network(of: "2001:db8:1:3::") != ClientAddress.network(of: "2001:db8:1:2::"))
        #expect(ClientAddress.network(of: "unknown") == nil)
    }
}
