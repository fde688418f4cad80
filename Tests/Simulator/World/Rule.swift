/// Rules that a world can hold the product to.
enum Rule: String, CaseIterable, Sendable {
    /// Copies of one id are one write only while they say the same, byte by byte.
    case contentsOfOneID
    /// A version that goes beyond what a node holds is cut down to that.
    case versionsAreCut
    /// Equal values side by side are one.
    case equalValuesAreOne
    /// A grid that is taken away takes its reports out of the gateway's scope.
    case scopesAreWithdrawn
    /// Nobody but its own disk makes a node begin a new incarnation.
    case incarnationsAreProved

    /// Those that every world holds it to.
    static let held = Set(allCases)
}
