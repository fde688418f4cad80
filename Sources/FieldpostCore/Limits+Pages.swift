/// Limits of the pages that browsers get.
extension Limits {
    /// All files of the pages, which a node keeps in memory: about ten times what they have.
    package static let pageBytes = 4 * 1024 * 1024
    package static let pageFiles = 256
    /// Requests of residents that belong to reports: uploads, what is written with receipts, and questions for reports
    /// nearby. A report may bring nine photos, with two such requests each. From one address: at once, and per minute
    /// after that. Then the same for all residents together.
    package static let residentWrites = 60
    package static let residentWritesPerMinute = 60
    package static let publicWrites = 600
    package static let publicWritesPerMinute = 1_200
    /// Open reports that are offered to a resident who reports the same.
    package static let nearbyReports = 5
    /// How old they are at most.
    package static let nearbyDays: Int64 = 30
    /// Residents who follow one report, each with a receipt of their own.
    package static let reportFollowers = 256
    /// How long a form without a script that comes again is taken for the same: 5 minutes.
    package static let repeatedFormMilliseconds: Int64 = 5 * 60_000
    /// Bytes of a list that is not worth compressing.
    package static let plainListBytes = 4 * 1024
    /// Bytes of an address that is shown as a QR code.
    package static let qrBytes = 512
}
