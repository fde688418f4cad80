import FieldpostClient

/// What a demo does, and with how much.
struct DemoPlan: Sendable {
    let source: ReportSource
    let gateways: Int
    /// Rounds of cutting and healing one gateway's link.
    let cuts: Int
    /// Reports edited on both sides of a cut, over all rounds.
    let edits: Int
    /// Processes killed at random moments while reports come in.
    let kills: Int
    let photos: Int
    /// Requests under way at once.
    let concurrency: Int

    /// Reports posted one by one, to measure how soon each is at central.
    var live: Range<Int> { 0..<min(20, source.count / 10) }
    /// Reports for each half of each round: before the cut, and during it.
    var rounds: [Range<Int>] {
        let start = live.upperBound
        let size = (roundsEnd - start) / max(2 * cuts, 1)
        return (0..<2 * cuts).map { start + $0 * size..<($0 == 2 * cuts - 1 ? roundsEnd : start + ($0 + 1) * size) }
    }
    /// Reports journaled while every link is down.
    var backlog: Range<Int> { (cuts == 0 ? live.upperBound : roundsEnd)..<source.count }

    /// Rows of the source before it was repeated.
    let sourceRows: Int

    /// Three of five rows go through the rounds, but not the repetitions, which measure the backlog.
    private var roundsEnd: Int { max(live.upperBound, sourceRows * 3 / 5) }
}
