/// What a gateway's links may carry, and what they carried: the answer of `fieldpost link`, and a part of its status.
package struct LinksState: Codable, Hashable, Sendable {
    /// Seconds until photos and thumbnails go on after a person's pause. Nil if there is none.
    package var pausedSeconds: UInt64?
    /// Whether days are those of the clock, corrected by central's. Otherwise they are counted by running time.
    package var isTimeKnown: Bool
    /// The classes that have settings or carried something.
    package var links: [LinkState]

    package init(pausedSeconds: UInt64?, isTimeKnown: Bool, links: [LinkState]) {
        self.pausedSeconds = pausedSeconds
        self.isTimeKnown = isTimeKnown
        self.links = links
    }

    private enum CodingKeys: String, CodingKey {
        case pausedSeconds = "paused_seconds"
        case isTimeKnown = "is_time_known"
        case links
    }
}

/// One class of links.
package struct LinkState: Codable, Hashable, Sendable {
    package var name: String
    /// The lanes that may use it, but for `control`.
    package var lanes: [String]
    package var day: Budget
    package var month: Budget
    /// Such as "22:00-06:00". Empty: photos may go at any time.
    package var photoHours: [String]
    /// Why photos wait: "lane", "paused", "hours", "unknown-time", "day-budget" or "month-budget". Nil if they may go.
    package var photosWaitFor: String?
    /// Seconds until that ends. Nil if they may go, or it does not end by itself.
    package var photosWaitSeconds: UInt64?
    /// Seconds until all photos that wait now will be through. Nil if nobody can say.
    package var photosThroughSeconds: UInt64?

    /// Bytes of a day or a month, in both directions.
    package struct Budget: Codable, Hashable, Sendable {
        package var bytes: UInt64
        /// Nil: without a limit.
        package var limit: UInt64?

        package init(bytes: UInt64, limit: UInt64?) {
            self.bytes = bytes
            self.limit = limit
        }
    }

    package init(name: String, lanes: [String], day: Budget, month: Budget, photoHours: [String]) {
        self.name = name
        self.lanes = lanes
        self.day = day
        self.month = month
        self.photoHours = photoHours
    }

    private enum CodingKeys: String, CodingKey {
        case name, lanes, day, month
        case photoHours = "photo_hours"
        case photosWaitFor = "photos_wait_for"
        case photosWaitSeconds = "photos_wait_seconds"
        case photosThroughSeconds = "photos_through_seconds"
    }
}
