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

    /// An act was committed at central.
    mutating func enrolled(_ enrolment: Enrolment) {
        if let before = served[enrolment.gateway], !before.isSubset(of: enrolment.grids) {
            narrowed.insert(enrolment.gateway)
        }
        served[enrolment.gateway] = Set(enrolment.grids)
        ever[enrolment.gateway, default: []].formUnion(enrolment.grids)
        if enrolment.state == .revoked { revoked.insert(enrolment.gateway) } else { revoked.remove(enrolment.gateway) }
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
