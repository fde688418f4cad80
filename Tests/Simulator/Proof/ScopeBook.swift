import FieldpostCore

/// Which node may hold which report, derived from administrators' actions and from writes, not from any table of the
/// product.
struct ScopeBook {
    /// The present grids of each gateway.
    private(set) var served: [NodeID: Set<String>] = [:]
    /// All grids that a gateway ever had.
    private(set) var ever: [NodeID: Set<String>] = [:]
    private var revoked: Set<NodeID> = []
    /// Gateways that lost a grid.
    private(set) var narrowed: Set<NodeID> = []
    /// The reports that each node wrote to.
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

    /// Whether central may now send entries of a report to a gateway. `named`: all grids that its writes ever named.
    func mayReceive(_ node: NodeID, _ report: ReportID, named: Set<String>, remembersAll: Bool) -> Bool {
        guard !revoked.contains(node) else { return false }
        if hasWritten(node, to: report) { return true }
        let grids = (remembersAll ? ever[node] : served[node]) ?? []
        return !named.isDisjoint(with: grids)
    }
}
