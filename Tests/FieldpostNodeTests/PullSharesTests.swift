import FieldpostCore
import Testing

@testable import FieldpostNode

/// The memory for batches that wait is bounded in sum, not for each session.
struct PullSharesTests {
    @Test(arguments: [1, 10, 1_000, 20_000]) func `All sessions that pull share one amount`(sessions: Int) {
        let shares = PullShares()
        #expect(shares.share == Limits.pulledBytes)
        shares.change(by: sessions)
        #expect(shares.share * sessions <= Limits.pulledBytes)
        #expect(shares.share * (sessions + 1) > Limits.pulledBytes - sessions)
        shares.change(by: -sessions)
        #expect(shares.share == Limits.pulledBytes)
    }
}
