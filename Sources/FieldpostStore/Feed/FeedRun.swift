package import FieldpostCore

/// A run of central's feed for one gateway: first what has left its scope, then entries. Both are empty if the whole
/// run is damaged or no longer in the gateway's scope. Then only the position advances.
package struct FeedRun: Sendable {
    package var lastPosition: UInt64
    package var withdrawn: [ReportID] = []
    package var vacated: [KnownEntry] = []
    package var entries: [[UInt8]] = []

    package init(
        lastPosition: UInt64, withdrawn: [ReportID] = [], vacated: [KnownEntry] = [], entries: [[UInt8]] = []
    ) {
        self.lastPosition = lastPosition
        self.withdrawn = withdrawn
        self.vacated = vacated
        self.entries = entries
    }

    package var isEmpty: Bool { withdrawn.isEmpty && vacated.isEmpty && entries.isEmpty }
}
