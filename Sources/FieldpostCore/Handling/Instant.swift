/// When something happened: corrected milliseconds since 1970 (UTC), and by how much they may be wrong.
package struct Instant: Hashable, Sendable {
    package let milliseconds: Int64
    package let uncertaintyMilliseconds: UInt64

    package init(milliseconds: Int64, uncertaintyMilliseconds: UInt64 = 0) {
        self.milliseconds = milliseconds
        self.uncertaintyMilliseconds = uncertaintyMilliseconds
    }

    /// The earliest and the latest that it may have been.
    var earliest: Int64 { milliseconds.saturatingSubtract(Int64(clamping: uncertaintyMilliseconds)) }
    var latest: Int64 { milliseconds.saturatingAdd(Int64(clamping: uncertaintyMilliseconds)) }

    /// Whether it was in time. `deadlineUncertaintyMilliseconds`: by how much the deadline may be wrong, because it
    /// was computed from such an instant.
    package func punctuality(
        deadline: Int64, deadlineUncertaintyMilliseconds: UInt64 = 0
    ) -> Punctuality {
        let slack = Int64(clamping: deadlineUncertaintyMilliseconds)
        if latest.saturatingAdd(slack) <= deadline { return .onTime }
        return earliest.saturatingSubtract(slack) > deadline ? .late : .onTimeWithinUncertainty
    }
}

// Earlier first. Of two at once, the more certain one comes first.
extension Instant: Comparable {
    package static func < (left: Instant, right: Instant) -> Bool {
        (left.milliseconds, left.uncertaintyMilliseconds) < (right.milliseconds, right.uncertaintyMilliseconds)
    }
}

/// Whether a step was in time.
package enum Punctuality: Hashable, Sendable {
    case onTime
    /// The clocks do not tell. The step counts as on time, and is marked.
    case onTimeWithinUncertainty
    case late

    package var isOnTime: Bool { self != .late }
}
