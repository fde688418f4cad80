/// A resync that central carries out: a comparison with one gateway, a repair, or more. It survives restarts of both.
package struct ResyncJob: Codable, Hashable, Sendable {
    package enum Mode: String, Codable, Sendable, CaseIterable {
        /// Compares, and moves nothing.
        case verify
        /// Compares by reading every byte and folding every report again, and moves no entries.
        case deep
        /// Compares, and moves what differs.
        case repair
        /// Pulls all entries of the gateway again.
        case full
        /// Reads all photos and clips at central again, and asks for those that are lost.
        case blobs
        /// As `repair`, until a gateway that was replaced holds all reports of its scope.
        case rebuild

        /// Whether a rate slows it. A comparison moves a few kilobytes, and a pull goes as fast as the link allows.
        package var takesRate: Bool { [.repair, .blobs, .rebuild].contains(self) }
    }

    package enum State: String, Codable, Sendable, CaseIterable {
        /// It waits for its turn, or for the gateway's link.
        case waiting
        case running, paused, finished, failed, cancelled

        package var isOver: Bool { [.finished, .failed, .cancelled].contains(self) }
    }

    /// One thing that both hold differently.
    package struct Difference: Codable, Hashable, Sendable {
        /// "entry", "report", or "row": what followed from entries said something else, and was repaired. Of photos:
        /// "photo" is corrupt, and of "file" only the entry is left.
        package var kind: String
        /// The dot of an entry, the id of a report, or the hash of a photo.
        package var id: String
        /// "central", "gateway" or "both": who lacks it, or where it was repaired. "other": both hold another one.
        package var side: String

        package init(kind: String, id: String, side: String) {
            (self.kind, self.id, self.side) = (kind, id, side)
        }
    }

    package var number: Int
    package var gateway: String
    /// The gateway's NodeID.
    package var node: String
    package var mode: Mode
    package var state: State
    package var author: String
    /// Times are RFC 3339.
    package var created: String
    package var started: String?
    package var ended: String?
    /// Bytes a second that it may move, or read of photos; nil: as fast as it goes.
    package var rate: Int?
    /// What it does now: "entries", "rows", "reports", "moving", "photos".
    package var phase = ""
    package var done: UInt64 = 0
    package var total: UInt64 = 0
    /// Bytes of the messages that compared.
    package var comparedBytes: UInt64 = 0
    /// Entries and reports that were moved, or asked for.
    package var moved: UInt64 = 0
    /// How many things differ now, and the first of them.
    package var differing: UInt64 = 0
    package var differences: [Difference] = []
    /// There are more differences than were counted.
    package var isTruncated = false
    /// About what a repair would move, and how long the link would need for it; nil where nobody knows.
    package var repairBytes: UInt64?
    package var repairSeconds: UInt64?
    /// Why it waits, why it failed, or what it found.
    package var words = ""

    private enum CodingKeys: String, CodingKey {
        case number, gateway, node, mode, state, author, created, started, ended, rate, phase, done, total
        case comparedBytes = "compared_bytes"
        case moved, differing, differences
        case isTruncated = "is_truncated"
        case repairBytes = "repair_bytes"
        case repairSeconds = "repair_seconds"
        case words
    }

    package init(
        number: Int, gateway: String, node: String, mode: Mode, author: String, created: String, rate: Int?
    ) {
        (self.number, self.gateway, self.node) = (number, gateway, node)
        (self.mode, self.author, self.created, self.rate) = (mode, author, created, rate)
        state = .waiting
    }
}

package struct ResyncJobList: Codable, Hashable, Sendable {
    /// The newest first, without the names of what differs.
    package var jobs: [ResyncJob]

    package init(jobs: [ResyncJob]) { self.jobs = jobs }
}
