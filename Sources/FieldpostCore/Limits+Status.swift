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
}
