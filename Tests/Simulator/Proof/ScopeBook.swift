import FieldpostCore

/// Who may hold what, by what administrators did and who wrote: not by any table of the product.
struct ScopeBook {
    /// The grids of each gateway now.
    private(set) var served: [NodeID: Set<String>] = [:]
    /// All grids that it ever had.
    private(set) var ever: [NodeID: Set<String>] = [:]
    private var revoked: Set<NodeID> = []
    /// Gateways that a grid was taken from.
    private(set) var narrowed: Set<NodeID> = []
    /// The reports that a node wrote to.
    private var written: [NodeID: Set<ReportID>] = [:]

    /// An audit event was committed at central.
    mutating func enrolled(_ enrollment: Enrollment) {
        if let before = served[enrollment.gateway], !before.isSubset(of: enrollment.grids) {
            narrowed.insert(enrollment.gateway)
        }
        served[enrollment.gateway] = Set(enrollment.grids)
        ever[enrollment.gateway, default: []].formUnion(enrollment.grids)
        if enrollment.state == .revoked {
            revoked.insert(enrollment.gateway)
        } else {
            revoked.remove(enrollment.gateway)
        }
    }

    mutating func wrote(_ node: NodeID, to report: ReportID) { written[node, default: []].insert(report) }

    func hasWritten(_ node: NodeID, to report: ReportID) -> Bool { written[node]?.contains(report) ?? false }

    /// Whether central may send entries of a report to a gateway now. `named`: the grids that its writes ever named.
    func mayReceive(_ node: NodeID, _ report: ReportID, named: Set<String>, remembersAll: Bool) -> Bool {
        guard !revoked.contains(node) else { return false }
        if hasWritten(node, to: report) { return true }
        let grids = (remembersAll ? ever[node] : served[node]) ?? []
        return !named.isDisjoint(with: grids)
    }
}
