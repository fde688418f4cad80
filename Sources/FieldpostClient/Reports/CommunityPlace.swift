/// The location of a community in an import: its own centre near 22.634 N, 114.070 E (WGS-84), and points around it.
package enum CommunityPlace {
    private static let latitude = 22.634
    private static let longitude = 114.070
    /// Degrees: centres are within 4 km of the middle, points within 600 m of their centre.
    private static let centreSpread = 0.036
    private static let pointSpread = 0.0055

    /// `choice`: 128 bits that are derived from the report.
    package static func locate(_ report: inout ReportInput, community: String, choice: UInt128) {
        var centre = SeededGenerator(seed: UInt64(truncatingIfNeeded: ReportIdentity.bits("centre", "", community)))
        var point = SeededGenerator(seed: UInt64(truncatingIfNeeded: choice))
        report.setLocation(
            latitude: latitude + centreSpread * centre.scatter() + pointSpread * point.scatter(),
            longitude: longitude + centreSpread * centre.scatter() + pointSpread * point.scatter(),
            datum: "wgs84", accuracy: Double(3 + point.below(28)))
    }
}
