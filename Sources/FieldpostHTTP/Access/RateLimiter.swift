import FieldpostCore
import Synchronization

/// Token buckets: a number of requests at once, then a number per minute, for each address and for all together.
package final class RateLimiter: Sendable {
    package struct Rate: Sendable {
        let burst: Int
        let perMinute: Int
    }

    fileprivate struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    private struct State {
        var all: Bucket
        var byAddress: [String: Bucket] = [:]
    }

    private let each: Rate
    private let all: Rate
    private let state: Mutex<State>

    package init(each: Rate, all: Rate) {
        self.each = each
        self.all = all
        state = Mutex(State(all: Bucket(tokens: Double(all.burst), filledAt: .now)))
    }

    /// Takes one token. Returns nil if there was one. Otherwise returns the seconds to wait.
    package func take(_ address: String, at now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { state in
            var own = state.byAddress[address] ?? Bucket(tokens: Double(each.burst), filledAt: now)
            own.fill(each, now)
            state.all.fill(all, now)
            if let wait = own.wait(each) ?? state.all.wait(all) { return wait }
            own.tokens -= 1
            state.all.tokens -= 1
            if state.byAddress[address] == nil, state.byAddress.count >= Limits.limitedAddresses {
                Self.makeRoom(&state, each, now)
            }
            state.byAddress[address] = own
            return nil
        }
    }

    /// The number of addresses that are stored.
    var count: Int { state.withLock { $0.byAddress.count } }

    /// Gives back a token that was taken but not needed.
    func giveBack(_ address: String) {
        state.withLock { state in
            state.byAddress[address]?.tokens += 1
            state.all.tokens += 1
        }
    }

    /// Removes the addresses whose buckets are full again. If there are none, removes the address that was used longest
    /// ago.
    private static func makeRoom(_ state: inout State, _ rate: Rate, _ now: ContinuousClock.Instant) {
        state.byAddress = state.byAddress.filter { _, bucket in
            var bucket = bucket
            bucket.fill(rate, now)
            return bucket.tokens < Double(rate.burst)
        }
        guard state.byAddress.count >= Limits.limitedAddresses,
            let oldest = state.byAddress.min(by: { $0.value.filledAt < $1.value.filledAt })
        else { return }
        state.byAddress[oldest.key] = nil
    }
}

extension RateLimiter.Bucket {
    fileprivate mutating func fill(_ rate: RateLimiter.Rate, _ now: ContinuousClock.Instant) {
        let minutes = (now - filledAt) / .seconds(60)
        tokens = min(Double(rate.burst), tokens + max(minutes, 0) * Double(rate.perMinute))
        filledAt = max(now, filledAt)
    }

    fileprivate func wait(_ rate: RateLimiter.Rate) -> Int? {
        tokens >= 1 ? nil : max(1, Int(((1 - tokens) / Double(rate.perMinute) * 60).rounded(.up)))
    }
}

extension RateLimiter {
    /// For reports by residents.
    static func forReports() -> RateLimiter {
        RateLimiter(
            each: Rate(burst: Limits.residentReports, perMinute: Limits.residentReportsPerMinute),
            all: Rate(burst: Limits.publicReports, perMinute: Limits.publicReportsPerMinute))
    }

    /// For what belongs to their reports.
    static func forWrites() -> RateLimiter {
        RateLimiter(
            each: Rate(burst: Limits.residentWrites, perMinute: Limits.residentWritesPerMinute),
            all: Rate(burst: Limits.publicWrites, perMinute: Limits.publicWritesPerMinute))
    }

    /// For wrong passwords.
    static func forFailures() -> RateLimiter {
        RateLimiter(
            each: Rate(burst: Limits.failedLogins, perMinute: Limits.failedLoginsPerMinute),
            all: Rate(burst: Limits.limitedAddresses, perMinute: Limits.limitedAddresses))
    }
}
