/// Rules that a world can require of the product.
enum Rule: String, CaseIterable, Sendable {
    /// Copies of one id are one write only if their content is equal, byte by byte.
    case contentsOfOneID
    /// A version that exceeds what a node holds is cut down to that.
    case versionsAreCut
    /// Equal values side by side are shown as one.
    case equalValuesAreOne
    /// When a gateway loses a grid, the reports of the grid leave its scope.
    case scopesAreWithdrawn
    /// Only a node's own disk can make it begin a new incarnation.
    case incarnationsAreProved

    /// The rules of every world.
    static let held = Set(allCases)
}
