/// Where a person works, beside the role: what central's administrators said of an account.
package struct Assignment: Hashable, Sendable {
    /// The work group (工作组). Nil for somebody who belongs to none.
    package var group: Workflow.Actor?
    /// Empty for somebody who belongs to none.
    package var department: String
    /// The grids whose cases the person sees and handles. With at least one, the person can also log in at the gateways
    /// of these grids. Empty: all cases, and only at central.
    package var grids: [String]

    package init(group: Workflow.Actor? = nil, department: String = "", grids: [String] = []) {
        self.group = group
        self.department = department
        self.grids = grids
    }

    /// The groups to which people belong.
    package static let groups: [Workflow.Actor] = [.collector, .handler, .leader, .dispatcher]

    /// What is wrong with it, for people; nil when it is valid.
    package func defect(for role: AccessRole) -> String? {
        if role == .staff {
            guard group != nil else { return "staff need a work group: collector, handler, leader or dispatcher" }
            guard !grids.isEmpty else { return "staff need at least one grid" }
        }
        if let group, !Self.groups.contains(group) { return "\(group.rawValue) is no work group" }
        guard grids.count <= Limits.personGrids else { return "a person has at most \(Limits.personGrids) grids" }
        guard Set(grids).count == grids.count else { return "a grid is named twice" }
        if !department.isEmpty, let defect = NameRule.defect(department) { return "the department \(defect)" }
        return grids.lazy.compactMap { NameRule.defect($0) }.first.map { "a grid \($0)" }
    }
}
