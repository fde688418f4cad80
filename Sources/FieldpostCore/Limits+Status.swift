/// Limits of what a gateway tells central of itself.
extension Limits {
    /// Bytes of the message: six times what the longest usual one has.
    package static let statusBytes = 1024
    /// Bytes of the version of a program, and of the class of a link, in it.
    package static let versionBytes = 32
    package static let statusLinkBytes = 64
    /// Codes of alarms in it: there are 12 now.
    package static let statusAlarms = 32
    /// A gateway sends it each minute, 200 KB a day, and no sooner than this when something changed.
    package static let statusSeconds: UInt64 = 60
    package static let statusLeastSeconds: UInt64 = 5
    /// Seconds after which a gateway looks again whether something changed.
    package static let statusLookSeconds = 1

    /// Bytes of a quarantined entry that are shown, and reasons that are told apart when the quarantine is replayed.
    package static let shownQuarantineBytes = 512
    package static let toldReasons = 16

    /// Rows of what waits that are read to say what is ahead of one report: a few milliseconds.
    package static let soughtRows = 10_000
    /// Gateways that are named as readers of one report.
    package static let soughtGateways = 200
    /// Hexadecimal digits with which the id of a report may begin where the rest is left out.
    package static let soughtDigits = 4
    /// Reports that are named where such digits fit several, or that name one photo.
    package static let soughtReports = 8
}
