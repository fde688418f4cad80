import FieldpostSync
import Testing

@testable import FieldpostNode

struct RunningTimeTests {
    private static let decade: Int64 = 3652 * 86_400_000

    private func moment(_ monotonic: UInt64, wall: Int64 = 0) -> Moment {
        Moment(monotonicMilliseconds: monotonic, wallMilliseconds: wall)
    }

    @Test func `a wall clock that jumps by ten years, or stands at 1970, adds nothing`() {
        var time = RunningTime(at: moment(5_000, wall: 1_750_000_000_000), interval: 1_000)
        #expect(time.elapsed(at: moment(6_000, wall: 1_750_000_000_000 + Self.decade)) == 1_000)
        #expect(time.elapsed(at: moment(6_000, wall: 0)) == 0)
        #expect(time.elapsed(at: moment(7_000, wall: 1_750_000_000_000 - Self.decade)) == 1_000)
    }

    @Test func `a monotonic clock that jumps or goes back only keeps longer`() {
        var time = RunningTime(at: moment(5_000), interval: 1_000)
        #expect(time.elapsed(at: moment(UInt64(Self.decade))) == 2_000)
        #expect(time.elapsed(at: moment(1_000)) == 0)
        #expect(time.elapsed(at: moment(1_900)) == 900)
    }
}
