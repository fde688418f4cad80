import FieldpostCore
import FieldpostSync
import Testing

@testable import FieldpostNode

/// Work that waits for room on the disk keeps its order.
struct WaitingWorkTests {
    private func feed(_ position: UInt64) -> SessionEffect.Write {
        .absorb(
            FeedBatch(
                stream: 1, upTo: FeedCursor(incarnation: Incarnation(1), position: position),
                body: CompressedEntries(codec: .stored, dictionary: 0, count: 0, rawBytes: 0, data: [])))
    }

    private func positions(_ waiting: inout WaitingWork) -> [UInt64] {
        var positions: [UInt64] = []
        while let item = waiting.first {
            switch item {
            case .raw(.absorb(let batch)): positions.append(batch.upTo.position)
            default: positions.append(0)
            }
            waiting.removeFirst()
        }
        return positions
    }

    @Test func `work is not delayed while there is room and nothing waits`() {
        var waiting = WaitingWork()
        let first = waiting.holdsBack(feed(1), hasRoom: true)
        let second = waiting.holdsBack(feed(2), hasRoom: false)
        // There is room again, but older work comes first.
        let third = waiting.holdsBack(feed(3), hasRoom: true)
        #expect([first, second, third] == [false, true, true])
        let isBlocked = waiting.first == nil
        #expect(isBlocked)
        waiting.finished(1)
        let order = positions(&waiting)
        #expect(order == [2, 3])
        let fourth = waiting.holdsBack(feed(4), hasRoom: true)
        #expect(!fourth)
    }

    @Test func `work that found no room comes before work that already waited`() {
        var waiting = WaitingWork()
        let isHeld = [true, true, false].enumerated().map { index, hasRoom in
            waiting.holdsBack(feed(UInt64(index + 1)), hasRoom: hasRoom)
        }
        #expect(isHeld == [false, false, true])
        for position in 1...2 as ClosedRange<UInt64> {
            #expect(waiting.hasPutBack == (position > 1))
            waiting.putBack(.raw(feed(position)))
            waiting.finished(1)
        }
        #expect(!waiting.hasPutBack)
        let order = positions(&waiting)
        #expect(order == [1, 2, 3])
    }
}
