package import FieldpostCore

/// What links of one class may carry.
package struct LinkPolicy: Hashable, Sendable {
    /// The lanes that may use it, beside `control`, which always may.
    package var lanes: Set<Lane>
    /// Bytes of a day and of a month, of all lanes and in both directions. Nil: without a limit.
    package var dayBytes: UInt64?
    package var monthBytes: UInt64?
    /// The seconds of the day in which photos may go, without overlaps and in order. Empty: always.
    package private(set) var photoSeconds: [Range<Int>]

    package static let unlimited = LinkPolicy()

    /// `photoHours`: as seconds of the day. A range whose end is not after its start goes over midnight.
    package init(
        lanes: Set<Lane> = Set(Lane.allCases), dayBytes: UInt64? = nil, monthBytes: UInt64? = nil,
        photoHours: [(start: Int, end: Int)] = []
    ) {
        self.lanes = lanes
        self.dayBytes = dayBytes
        self.monthBytes = monthBytes
        photoSeconds = Self.ranges(photoHours)
    }

    private static func ranges(_ hours: [(start: Int, end: Int)]) -> [Range<Int>] {
        let all = hours.flatMap { hours -> [Range<Int>] in
            hours.start < hours.end
                ? [hours.start..<hours.end] : [0..<hours.end, hours.start..<LocalTime.daySeconds]
        }
        var joined: [Range<Int>] = []
        for range in all.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, last.upperBound >= range.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }

    /// The bytes up to which a lane may use a budget. Photos leave the last two hundredth to thumbnails and reports.
    static func ceiling(of budget: UInt64, for lane: Lane) -> UInt64 {
        lane == .photos ? budget - budget / 200 : budget
    }
}

/// Whether a lane may send now.
package enum LanePermit: Hashable, Sendable {
    /// So many bytes. A frame that was begun within them may end beyond them.
    case bytes(UInt64)
    case wait(LinkWait)

    package static let unlimited = LanePermit.bytes(.max)
}

/// Why a lane waits, and how long.
package struct LinkWait: Hashable, Sendable {
    package let reason: Reason
    /// Milliseconds until it may be otherwise. Nil: not before something else changes, such as the settings.
    package let milliseconds: UInt64?

    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The settings keep this lane off links of this class.
        case lane
        /// A person has paused photos and thumbnails.
        case paused
        /// It is not the time of the day for photos.
        case hours
        /// Photos have their hours, and nobody knows the time.
        case unknownTime = "unknown-time"
        case dayBudget = "day-budget"
        case monthBudget = "month-budget"

        /// As a gateway's status says it (PROTOCOL.md, 8.27). Numbers are never reused.
        package var code: UInt32 {
            switch self {
            case .lane: 1
            case .paused: 2
            case .hours: 3
            case .unknownTime: 4
            case .dayBudget: 5
            case .monthBudget: 6
            }
        }
    }

    package init(_ reason: Reason, milliseconds: UInt64?) {
        self.reason = reason
        self.milliseconds = milliseconds
    }
}
